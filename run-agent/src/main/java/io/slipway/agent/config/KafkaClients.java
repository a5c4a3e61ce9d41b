package io.slipway.agent.config;

import io.slipway.contract.kafka.KafkaSettings;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Map;
import org.eclipse.microprofile.config.Config;

/**
 * What all Kafka clients of this agent are made with. Read once, at the start, which fails if it is
 * set by halves.
 */
@ApplicationScoped
class KafkaClients {
  @Produces
  @Singleton
  @Identifier("default-kafka-broker")
  Map<String, Object> settings(Config config) {
    return KafkaSettings.read(
        config.getPropertyNames(), name -> config.getOptionalValue(name, String.class));
  }
}
