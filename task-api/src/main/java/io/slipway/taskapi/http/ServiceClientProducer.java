package io.slipway.taskapi.http;

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

/** How this service speaks with the others, once per process. */
@ApplicationScoped
class ServiceClientProducer {
  @Produces
  @Singleton
  ReactiveHttp http(Vertx vertx, @ConfigProperty(name = "slipway.ca-file") Optional<Path> caFile) {
    return new ReactiveHttp(vertx, caFile, "slipway-task-api", RetryPolicy.NEVER);
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
      @ConfigProperty(name = "slipway.client.id", defaultValue = "slipway-task-api")
          String clientId) {
    return new ServiceToken(identityUrl, clientId, secret, http::postForm, clock);
  }
}
