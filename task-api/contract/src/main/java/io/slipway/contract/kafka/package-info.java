/** How every part reaches Kafka. */
package io.slipway.contract.kafka;
