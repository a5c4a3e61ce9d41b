package io.slipway.infra;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Gives a {@code @QuarkusTest} real Kafka and PostgreSQL. Argument {@code role}: name of the
 * service's database role; without it there is no database.
 */
public final class SlipwayTestResource implements QuarkusTestResourceLifecycleManager {
  private String role = "";

  @Override
  public void init(Map<String, String> arguments) {
    role = arguments.getOrDefault("role", "");
  }

  @Override
  public Map<String, String> start() {
    TestInfra infra = TestInfra.shared();
    infra.createTopics(infra.topicPrefix());
    Map<String, String> config = new HashMap<>();
    config.put("quarkus.devservices.enabled", "false");
    config.put("kafka.bootstrap.servers", infra.kafkaBootstrap());
    config.put("slipway.kafka.topic-prefix", infra.topicPrefix());
    if (!role.isEmpty()) {
      config.putAll(infra.newDatabase(role).config());
    }
    return config;
  }

  @Override
  public void stop() {
    // The holder ends with the build.
  }
}
