package io.slipway.local.request;

import io.slipway.contract.Topics;
import io.slipway.local.state.LocalException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Requests by event that task-api has put aside, with the reason; read without any group. */
public final class DeadRequests {
  private static final int MOST = 100;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String OURS = "dead-";
  private static final String CUT = "dead-cut-from";

  private DeadRequests() {}

  /**
   * A request that was put aside.
   *
   * @param place its place among the dead ones, as {@code partition@offset}
   * @param headers of the record, with those that say why it is dead
   */
  public record Dead(String place, String key, Map<String, String> headers, byte[] data) {
    /** One line for a terminal: where it is, whose it is, and what is wrong. */
    public String line() {
      return OnATerminal.line(
          "%s  %s %s: %s"
              .formatted(
                  place,
                  headers.getOrDefault("ce_source", "?"),
                  headers.getOrDefault("ce_id", "?"),
                  headers.getOrDefault("dead-reason", "?")));
    }

    /** All of it for a terminal: each header, an empty line, the data. */
    public String whole() {
      StringBuilder whole = new StringBuilder();
      headers.forEach(
          (name, value) -> whole.append(OnATerminal.line(name + ": " + value)).append('\n'));
      return whole
          .append('\n')
          .append(OnATerminal.text(new String(data, StandardCharsets.UTF_8)))
          .toString();
    }

    /**
     * The event as it was sent, without an assertion.
     *
     * @throws LocalException if it was too large to be kept whole
     */
    public Map<String, String> event() {
      if (headers.containsKey(CUT)) {
        throw new LocalException(place + " was cut from " + headers.get(CUT) + " bytes");
      }
      Map<String, String> event = new LinkedHashMap<>(headers);
      event.keySet().removeIf(name -> name.startsWith(OURS));
      return event;
    }
  }

  /**
   * The last hundred of each partition.
   *
   * @param kafka what a Kafka client is made with
   * @param prefix what the names of the topics begin with
   */
  public static List<Dead> all(Map<String, Object> kafka, String prefix) {
    String topic = prefix + Topics.dead(Topics.RUN_REQUESTS);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            new HashMap<>(kafka), new StringDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, LIMIT).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      Map<TopicPartition, Long> begin = consumer.beginningOffsets(partitions, LIMIT);
      Map<TopicPartition, Long> end = consumer.endOffsets(partitions, LIMIT);
      end.forEach((partition, last) ->
          consumer.seek(
              partition, Math.max(Objects.requireNonNull(begin.get(partition)), last - MOST)));
      return read(consumer, end);
    } catch (KafkaException failed) {
      throw new LocalException("Kafka: " + failed.getMessage(), failed);
    }
  }

  private static List<Dead> read(
      KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> end) {
    List<Dead> dead = new ArrayList<>();
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (end.entrySet().stream()
        .anyMatch(one -> consumer.position(one.getKey()) < one.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new LocalException("Kafka did not give all dead requests in time");
      }
      consumer.poll(Duration.ofMillis(200)).forEach(record -> dead.add(dead(record)));
    }
    return dead;
  }

  private static Dead dead(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(one -> headers.put(one.key(), new String(one.value(), StandardCharsets.UTF_8)));
    return new Dead(
        record.partition() + "@" + record.offset(),
        Objects.requireNonNullElse(record.key(), ""),
        headers,
        Objects.requireNonNullElse(record.value(), new byte[0]));
  }
}
