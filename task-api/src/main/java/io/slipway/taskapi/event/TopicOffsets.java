package io.slipway.taskapi.event;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** How long a topic is, and how far it was read, by all instances of this service together. */
@ApplicationScoped
public class TopicOffsets {
  private final KafkaAdmin kafka;
  private final String prefix;

  TopicOffsets(
      KafkaAdmin kafka,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    this.kafka = kafka;
    this.prefix = prefix.orElse("");
  }

  /** The offset after the last record that Kafka has acknowledged, for each partition. */
  public Uni<Map<Integer, Long>> ends(String topic) {
    return partitions(topic).chain(partitions -> offsets(partitions, OffsetSpec.latest()));
  }

  /**
   * The same for the partitions that have records. Where Kafka has deleted all, because they were
   * old, there is nothing to read, and perhaps no offset that was handled.
   */
  public Uni<Map<Integer, Long>> endsToRead(String topic) {
    return partitions(topic)
        .chain(partitions ->
            offsets(partitions, OffsetSpec.latest())
                .chain(ends ->
                    offsets(partitions, OffsetSpec.earliest())
                        .map(begins -> {
                          Map<Integer, Long> toRead = new HashMap<>(ends);
                          toRead.entrySet().removeAll(begins.entrySet());
                          return toRead;
                        })));
  }

  private Uni<List<TopicPartition>> partitions(String topic) {
    String name = prefix + topic;
    return Uni.createFrom()
        .completionStage(
            () -> kafka.admin().describeTopics(List.of(name)).allTopicNames().toCompletionStage())
        .map(found ->
            Objects.requireNonNull(found.get(name)).partitions().stream()
                .map(one -> new TopicPartition(name, one.partition()))
                .toList());
  }

  private Uni<Map<Integer, Long>> offsets(List<TopicPartition> partitions, OffsetSpec which) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, which));
    return Uni.createFrom()
        .completionStage(() -> kafka.admin().listOffsets(asked).all().toCompletionStage())
        .map(TopicOffsets::offsets);
  }

  /** The offset up to which all was handled, for each partition that was read at all. */
  public Uni<Map<Integer, Long>> handled(String topic) {
    return Uni.createFrom()
        .completionStage(() ->
            kafka
                .admin()
                .listConsumerGroupOffsets(TopicReaders.group(prefix, topic))
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
}
