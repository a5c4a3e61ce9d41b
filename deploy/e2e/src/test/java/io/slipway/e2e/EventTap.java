package io.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.EventType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the topic of run events while runs go on, and keeps them by run. */
final class EventTap {
  private static final String TOPIC = "run-events";

  /** An event: what it is and its data. */
  record Event(EventType type, JsonNode data) {
    String text(String field) {
      return data.path(field).asText();
    }

    Instant time(String field) {
      return Instant.parse(text(field));
    }
  }

  private final Map<String, List<Event>> byRun = new ConcurrentHashMap<>();

  /** Reads from where the topic ends now. */
  static EventTap open(Map<String, Object> kafka) {
    EventTap tap = new EventTap();
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC).stream()
            .map(info -> new TopicPartition(TOPIC, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    Thread reader =
        new Thread(
            () -> {
              while (true) {
                consumer.poll(Duration.ofMillis(500)).forEach(tap::keep);
              }
            },
            "event tap");
    reader.setDaemon(true);
    reader.start();
    return tap;
  }

  /** Events of a run in their order, once the last one is there. */
  List<Event> of(String runId) {
    Platform.await(
        "run " + runId + " is over in Kafka",
        Duration.ofSeconds(30),
        () -> now(runId).stream().anyMatch(event -> event.type() == EventType.RUN_COMPLETED));
    return now(runId);
  }

  /** Events of a run so far. */
  List<Event> now(String runId) {
    return byRun.getOrDefault(runId, List.of());
  }

  private void keep(ConsumerRecord<byte[], byte[]> message) {
    String type =
        new String(message.headers().lastHeader("ce_type").value(), StandardCharsets.UTF_8);
    try {
      JsonNode data = Api.JSON.readTree(message.value());
      JsonNode run = data.path("run");
      if (run.path("registry").asText().equals(Cast.REGISTRY)) {
        byRun
            .computeIfAbsent(run.path("runId").asText(), id -> new CopyOnWriteArrayList<>())
            .add(new Event(type(type), data));
      }
    } catch (IOException unreadable) {
      throw new AssertionError("the event is not valid JSON", unreadable);
    }
  }

  private static EventType type(String name) {
    return Stream.of(EventType.values())
        .filter(type -> type.type().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("unknown type of event: " + name));
  }
}
