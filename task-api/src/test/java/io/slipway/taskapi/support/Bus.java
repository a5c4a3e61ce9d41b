package io.slipway.taskapi.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventSignature;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunRequested;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Kafka as the other side sees it. */
public final class Bus implements AutoCloseable {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);

  private final String prefix = Platform.running().infra().topicPrefix();
  private final KafkaProducer<String, byte[]> producer =
      new KafkaProducer<>(
          Map.of(
              "bootstrap.servers", Platform.running().infra().kafkaBootstrap(),
              "acks", "all",
              "linger.ms", "0"),
          new StringSerializer(),
          new ByteArraySerializer());

  /**
   * Publishes an event with attributes as an agent would make them; the administrator vouches for
   * requests.
   */
  public void publish(String topic, String key, RunEvent event, int attempt, long sequence) {
    publish(topic, key, event, UUID.randomUUID(), attempt, sequence);
  }

  public void publish(
      String topic, String key, RunEvent event, UUID id, int attempt, long sequence) {
    publish(topic, key, event, id, attempt, sequence, null);
  }

  /** The same, signed with a key in base64url if there is one. */
  public void publish(
      String topic,
      String key,
      RunEvent event,
      UUID id,
      int attempt,
      long sequence,
      @Nullable String eventKey) {
    EventType type = EventType.of(event);
    EventAttributes attributes =
        new EventAttributes(
            id,
            "/registries/test",
            type.type(),
            "runs/x",
            Instant.parse("2026-01-01T00:00:00Z"),
            attempt,
            sequence,
            null);
    try {
      Map<String, String> headers = attributes.toHeaders(key, type.schema());
      byte[] data = JSON.writeValueAsBytes(event);
      if (eventKey != null) {
        byte[] signingKey = Base64.getUrlDecoder().decode(eventKey);
        headers.put(EventSignature.HEADER, EventSignature.of(signingKey, key, headers, data));
      }
      if (event instanceof RunRequested) {
        Tokens.vouch("slipway-administrator", key, headers, data);
      }
      publishRaw(topic, key, headers, data);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  public void publishRaw(String topic, String key, Map<String, String> headers, byte[] value) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(prefix + topic, key, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** A record as text. */
  public record Seen(String key, Map<String, String> headers, String text) {
    public String type() {
      return headers.getOrDefault("ce_type", "");
    }

    /** Whether it is the end of a run. */
    public boolean isEnd(RunRef run) {
      return key.equals(run.runUid().toString()) && type().contains("run.completed");
    }

    public JsonNode json() {
      try {
        return JSON.readTree(text);
      } catch (JsonProcessingException noJson) {
        throw new IllegalStateException(text, noJson);
      }
    }
  }

  /** All records of a topic now. */
  public List<Seen> all(String topic) {
    List<Seen> seen = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", Platform.running().infra().kafkaBootstrap()),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(prefix + topic).stream()
              .map(it -> new TopicPartition(it.topic(), it.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(it -> consumer.position(it) < ends.get(it))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          seen.add(seen(record));
        }
      }
    }
    return seen;
  }

  /** Waits until a topic has so many records that fit, and gives them. */
  public List<Seen> await(String topic, int count, Predicate<Seen> fits) {
    List<Seen> found = List.of();
    for (int i = 0; i < 150; i++) {
      found = all(topic).stream().filter(fits).toList();
      if (found.size() >= count) {
        return found;
      }
      Eventually.pause();
    }
    throw new AssertionError(topic + " has " + found.size() + " such records: " + found);
  }

  private static Seen seen(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new TreeMap<>();
    record
        .headers()
        .forEach(it -> headers.put(it.key(), new String(it.value(), StandardCharsets.UTF_8)));
    byte[] value = record.value() == null ? new byte[0] : record.value();
    return new Seen(record.key(), headers, new String(value, StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    producer.close();
  }
}
