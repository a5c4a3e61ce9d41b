package io.slipway.taskapi.event;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** How long a topic is, and how far it was read, by all instances of this service together. */
@ApplicationScoped
public class TopicOffsets {
  private static final Duration LAST_WAIT = Duration.ofSeconds(1);

  private final Map<String, Object> settings;
  private final String prefix;
  private @Nullable Admin admin;

  TopicOffsets(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    this.settings = new HashMap<>(client);
    this.settings.remove("group.id");
    this.settings.put("client.id", "task-api.offsets");
    this.settings.put("default.api.timeout.ms", 10_000);
    this.settings.put("request.timeout.ms", 5_000);
    this.settings.put("reconnect.backoff.max.ms", 1_000);
    this.prefix = prefix.orElse("");
  }

  /** The offset after the last record that Kafka has acknowledged, for each partition. */
  public Uni<Map<Integer, Long>> ends(String topic) {
    String name = prefix + topic;
    return Uni.createFrom()
        .completionStage(
            () -> admin().describeTopics(List.of(name)).allTopicNames().toCompletionStage())
        .map(found -> Objects.requireNonNull(found.get(name)))
        .chain(found -> {
          Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
          found
              .partitions()
              .forEach(
                  one -> asked.put(new TopicPartition(name, one.partition()), OffsetSpec.latest()));
          return Uni.createFrom()
              .completionStage(() -> admin().listOffsets(asked).all().toCompletionStage());
        })
        .map(TopicOffsets::offsets);
  }

  /** The offset up to which all was handled, for each partition that was read at all. */
  public Uni<Map<Integer, Long>> handled(String topic) {
    return Uni.createFrom()
        .completionStage(() ->
            admin()
                .listConsumerGroupOffsets(TopicReaders.group(topic))
                .partitionsToOffsetAndMetadata()
                .toCompletionStage())
        .map(found -> {
          Map<Integer, Long> offsets = new HashMap<>();
          found.forEach((partition, offset) -> {
            if (partition.topic().equals(prefix + topic) && isThere(offset)) {
              offsets.put(partition.partition(), offset.offset());
            }
          });
          return offsets;
        });
  }

  private static boolean isThere(@Nullable OffsetAndMetadata offset) {
    return offset != null;
  }

  private static Map<Integer, Long> offsets(Map<TopicPartition, ListOffsetsResultInfo> found) {
    Map<Integer, Long> offsets = new HashMap<>();
    found.forEach((partition, end) -> offsets.put(partition.partition(), end.offset()));
    return offsets;
  }

  private synchronized Admin admin() {
    Admin there = admin;
    if (there == null) {
      there = Admin.create(settings);
      admin = there;
    }
    return there;
  }

  @PreDestroy
  synchronized void close() {
    if (admin != null) {
      admin.close(LAST_WAIT);
    }
  }
}
