/** Starts Apache Kafka and PostgreSQL as processes, for one machine and for tests. */
package io.slipway.infra;
