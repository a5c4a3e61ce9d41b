package io.slipway.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.EventType;
import io.slipway.contract.Topics;
import io.slipway.e2e.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The ends of runs in Kafka, by attempt. A record that was sent again has the id of the first and
 * counts once, as for every reader.
 */
final class TerminalEvents {
  private final Map<String, Set<String>> ids = new ConcurrentHashMap<>();
  private final Map<String, Object> kafka;

  private TerminalEvents(Map<String, Object> kafka) {
    this.kafka = new HashMap<>(kafka);
    this.kafka.put("auto.offset.reset", "earliest");
  }

  /** Reads the topic from its beginning, again after Kafka was away. */
  static TerminalEvents open(Map<String, Object> kafka) {
    TerminalEvents events = new TerminalEvents(kafka);
    Thread.ofPlatform().name("terminal events").daemon().start(events::read);
    return events;
  }

  /** How many different ends of an attempt there are. */
  int of(UUID run, int attempt) {
    return ids.getOrDefault(run + "/" + attempt, Set.of()).size();
  }

  private void read() {
    while (true) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        List<TopicPartition> partitions =
            consumer.partitionsFor(Topics.RUN_EVENTS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        while (true) {
          consumer.poll(Duration.ofMillis(500)).forEach(this::keep);
        }
      } catch (KafkaException away) {
        // Read again from the beginning, when Kafka is back.
      }
    }
  }

  private void keep(ConsumerRecord<byte[], byte[]> record) {
    if (!EventType.RUN_COMPLETED.type().equals(header(record, "ce_type"))) {
      return;
    }
    try {
      JsonNode run = Api.JSON.readTree(record.value()).path("run");
      ids.computeIfAbsent(
              run.path("runUid").asText() + "/" + run.path("attempt").asInt(),
              key -> ConcurrentHashMap.newKeySet())
          .add(header(record, "ce_id"));
    } catch (IOException poison) {
      // A test put it there.
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
  }
}
