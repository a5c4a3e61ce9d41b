package io.slipway.taskapi.agent;

import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where topics end, and how far a consumer group has read them. */
@ApplicationScoped
class KafkaOffsets {
  private final String bootstrap;
  private final String prefix;
  private Optional<Admin> admin = Optional.empty();

  KafkaOffsets(
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    this.bootstrap = bootstrap;
    this.prefix = prefix.orElse("");
  }

  synchronized void stop(@Observes ShutdownEvent stopping) {
    admin.ifPresent(open -> open.close(Duration.ZERO));
    admin = Optional.empty();
  }

  /**
   * The number of the next record of each partition.
   *
   * @param topic name without the platform's prefix
   */
  Uni<Map<TopicPartition, Long>> ends(String topic) {
    return partitions(topic).chain(partitions -> offsets(partitions, OffsetSpec.latest()));
  }

  /**
   * Up to where a consumer group has read each of the partitions: the next record that it would
   * get. A partition that it has never read counts from its first record.
   */
  Uni<Map<TopicPartition, Long>> read(String group, List<TopicPartition> partitions) {
    return offsets(partitions, OffsetSpec.earliest())
        .chain(read ->
            ask(kafka -> kafka.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .map(committed -> {
                  Map<TopicPartition, Long> positions = new HashMap<>(read);
                  partitions.forEach(partition -> {
                    OffsetAndMetadata position = committed.get(partition);
                    if (position != null) {
                      positions.put(partition, position.offset());
                    }
                  });
                  return positions;
                }));
  }

  private Uni<List<TopicPartition>> partitions(String topic) {
    String name = prefix + topic;
    return ask(kafka -> kafka.describeTopics(List.of(name)).topicNameValues().get(name))
        .map(TopicDescription::partitions)
        .map(
            found -> found.stream().map(one -> new TopicPartition(name, one.partition())).toList());
  }

  private Uni<Map<TopicPartition, Long>> offsets(List<TopicPartition> partitions, OffsetSpec spec) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, spec));
    return ask(kafka -> kafka.listOffsets(asked).all())
        .map(found -> {
          Map<TopicPartition, Long> offsets = new HashMap<>();
          found.forEach((TopicPartition partition, ListOffsetsResultInfo info) ->
              offsets.put(partition, info.offset()));
          return offsets;
        });
  }

  private <T> Uni<T> ask(Function<Admin, KafkaFuture<T>> question) {
    return Uni.createFrom().completionStage(() -> question.apply(admin()).toCompletionStage());
  }

  private synchronized Admin admin() {
    if (admin.isEmpty()) {
      admin =
          Optional.of(
              Admin.create(
                  Map.of(
                      "bootstrap.servers", bootstrap,
                      "client.id", "task-api-offsets",
                      "default.api.timeout.ms", "1500",
                      "request.timeout.ms", "1500",
                      "reconnect.backoff.max.ms", "500",
                      "socket.connection.setup.timeout.ms", "1500")));
    }
    return admin.get();
  }
}
