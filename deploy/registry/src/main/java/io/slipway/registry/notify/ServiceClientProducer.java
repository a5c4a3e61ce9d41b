package io.slipway.registry.notify;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.ServiceToken;
import io.slipway.registry.RegistryConfig;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** How the registry speaks with the services, once per process. */
@ApplicationScoped
class ServiceClientProducer {
  @Produces
  @Singleton
  BlockingHttp http(ObjectMapper json, RegistryConfig config) throws IOException {
    return new BlockingHttp(json, config.caFile());
  }

  /** Without a task-api to notify, the keys of the client are missing and nobody asks for it. */
  @Produces
  @Singleton
  ServiceToken token(RegistryConfig config, BlockingHttp http, InstantSource clock) {
    return new ServiceToken(
        config.identityUrl().orElse(""),
        config.client().id().orElse(""),
        new ClientSecret(config.client().secretFile().orElse(Path.of(""))),
        http::postForm,
        clock);
  }
}
