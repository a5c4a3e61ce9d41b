package io.slipway.broker.upstream;

import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.ReactiveHttp;
import io.slipway.identity.client.RetryPolicy;
import io.slipway.identity.client.ServiceToken;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How this service speaks with the others and with registries, once per process. */
@ApplicationScoped
class ServiceClientProducer {
  @Produces
  @Singleton
  ReactiveHttp http(Vertx vertx, @ConfigProperty(name = "slipway.ca-file") Optional<Path> caFile) {
    return new ReactiveHttp(
        vertx, caFile, "slipway-credential-broker", RetryPolicy.WHILE_AN_AGENT_WAITS);
  }

  void close(@Disposes ReactiveHttp http) {
    http.close();
  }

  @Produces
  @Singleton
  ClientSecret secret(@ConfigProperty(name = "slipway.client.secret-file") Path file) {
    return new ClientSecret(file);
  }

  @Produces
  @Singleton
  ServiceToken token(
      ReactiveHttp http,
      ClientSecret secret,
      InstantSource clock,
      @ConfigProperty(name = "slipway.identity-url") String identityUrl,
      @ConfigProperty(name = "slipway.client.id", defaultValue = "slipway-credential-broker")
          String clientId) {
    return new ServiceToken(identityUrl, clientId, secret, http::postForm, clock);
  }
}
