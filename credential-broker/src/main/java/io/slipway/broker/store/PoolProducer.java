package io.slipway.broker.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.slipway.identity.client.database.DatabasePools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The service's connections to PostgreSQL. */
class PoolProducer {

  @Produces
  @Singleton
  PgPoolCreator pool() {
    return asked ->
        DatabasePools.of(asked.vertx(), asked.pgConnectOptionsList(), asked.poolOptions());
  }
}
