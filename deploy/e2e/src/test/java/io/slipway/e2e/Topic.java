package io.slipway.e2e;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all that topics hold, without any group. */
final class Topic {
  private Topic() {}

  static List<ConsumerRecord<byte[], byte[]>> everything(Platform platform) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(platform)) {
      return read(consumer, List.copyOf(consumer.listTopics().keySet()));
    }
  }

  static List<ConsumerRecord<byte[], byte[]>> of(Platform platform, String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(platform)) {
      return read(consumer, List.of(topic));
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Platform platform) {
    Map<String, Object> settings = platform.kafka("admin");
    settings.put("exclude.internal.topics", "false");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<ConsumerRecord<byte[], byte[]>> read(
      KafkaConsumer<byte[], byte[]> consumer, List<String> topics) {
    List<TopicPartition> partitions =
        topics.stream()
            .flatMap(topic -> consumer.partitionsFor(topic).stream())
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("topics were not read within a minute");
      }
      consumer.poll(Duration.ofMillis(500)).forEach(records::add);
    }
    return records;
  }
}
