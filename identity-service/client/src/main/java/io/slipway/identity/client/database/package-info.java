/**
 * PostgreSQL as the services use it that have a database: how long one waits for it, and which of
 * its failures pass by themselves. It needs the Vert.x client, which those services bring.
 */
@NullMarked
package io.slipway.identity.client.database;

import org.jspecify.annotations.NullMarked;
