package io.slipway.agent.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.kafka.KafkaSettings;
import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ClientSecret;
import io.slipway.identity.client.HolderKey;
import io.slipway.identity.client.ServiceToken;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/** How the agent speaks with the services and with Kafka, once per process. */
@ApplicationScoped
class ServiceClientProducer {
  @Produces
  @Singleton
  BlockingHttp http(ObjectMapper json, AgentConfig config) throws IOException {
    return new BlockingHttp(json, config.caFile());
  }

  /** What all Kafka clients are made with; the start fails if it is set by halves. */
  @Produces
  @Singleton
  @Identifier("default-kafka-broker")
  Map<String, Object> kafka(Config config) {
    return KafkaSettings.read(
        config.getPropertyNames(), name -> config.getOptionalValue(name, String.class));
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
