package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.TopicLayout;
import io.slipway.contract.Topics;
import io.slipway.infra.TestInfra;
import io.slipway.taskapi.support.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topics that a real Kafka has lost. */
class EnsureTopicsIT {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final TestInfra infra = TestInfra.shared();
  private final String prefix = infra.topicPrefix() + UUID.randomUUID() + ".";
  private final Map<String, Object> client = Map.of("bootstrap.servers", infra.kafkaBootstrap());
  private final KafkaAdmin kafka = new KafkaAdmin(client);
  private final EnsureTopics ensure =
      new EnsureTopics(kafka, Optional.of(prefix), List.of("default", "big"), (short) 1);

  @AfterEach
  void stop() {
    kafka.close();
  }

  @Test
  void shouldMakeAgainWhatKafkaHasLost() throws Exception {
    infra.createTopics(prefix);
    List<String> wanted =
        TopicLayout.all(List.of("default", "big")).stream()
            .map(topic -> prefix + topic.name())
            .toList();
    ensure.ensure().await().atMost(LIMIT);
    try (Admin admin = Admin.create(client)) {
      Eventually.holds(() -> assertThat(names(admin)).containsAll(wanted));
      admin.deleteTopics(wanted).all().get();
      Eventually.holds(() -> assertThat(names(admin)).doesNotContainAnyElementsOf(wanted));

      ensure.ensure().await().atMost(LIMIT);

      Eventually.holds(() -> assertThat(names(admin)).containsAll(wanted));
      ConfigResource group =
          new ConfigResource(ConfigResource.Type.GROUP, prefix + Topics.agentGroup("big"));
      assertThat(
              admin
                  .describeConfigs(List.of(group))
                  .all()
                  .get()
                  .get(group)
                  .get("share.auto.offset.reset")
                  .value())
          .isEqualTo("earliest");
      assertThat(
              admin
                  .describeTopics(List.of(prefix + Topics.RUN_LOGS))
                  .allTopicNames()
                  .get()
                  .get(prefix + Topics.RUN_LOGS)
                  .partitions())
          .hasSize(3);
    }
  }

  private static Set<String> names(Admin admin) {
    try {
      return admin.listTopics().names().get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
