package io.slipway.agent.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;

/** How the agent speaks with the services, once per process. */
@ApplicationScoped
class ServiceClientProducer {
  @Produces
  @Singleton
  BlockingHttp http(ObjectMapper json, AgentConfig config) throws IOException {
    return new BlockingHttp(json, config.caFile());
  }

  /** New with each start, as the process is. */
  @Produces
  @Singleton
  HolderKey holderKey() {
    return HolderKey.fresh();
  }

  @Produces
  @Singleton
  ServiceToken token(AgentConfig config, BlockingHttp http, InstantSource clock) {
    return new ServiceToken(
        config.identityUrl(),
        config.client().id(),
        new ClientSecret(config.client().secretFile()),
        http::postForm,
        clock);
  }
}
