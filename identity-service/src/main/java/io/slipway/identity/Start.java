package io.slipway.identity;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.slipway.identity.serviceclient.RegisterServiceClients;
import io.slipway.identity.token.SigningKeys;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Prepares what the first request needs: signing keys and service clients. */
@ApplicationScoped
class Start {
  private final SigningKeys keys;
  private final RegisterServiceClients clients;

  Start(SigningKeys keys, RegisterServiceClients clients) {
    this.keys = keys;
    this.clients = clients;
  }

  void onStart(@Observes StartupEvent event) throws Throwable {
    VertxContextSupport.subscribeAndAwait(() -> keys.open().chain(clients::register));
  }
}
