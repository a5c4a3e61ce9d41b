package io.slipway.taskapi.store;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.slipway.identity.client.database.DatabasePools;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The service's connections to PostgreSQL: its own, those of leases, and those of questions. */
class PoolProducer {

  @Produces
  @Singleton
  PgPoolCreator pool() {
    return asked ->
        DatabasePools.of(asked.vertx(), asked.pgConnectOptionsList(), asked.poolOptions());
  }

  @Produces
  @Singleton
  @ReactiveDataSource("leases")
  PgPoolCreator leases() {
    return pool();
  }

  @Produces
  @Singleton
  @ReactiveDataSource("queries")
  PgPoolCreator queries() {
    return pool();
  }
}
