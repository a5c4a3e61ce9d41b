package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.slipway.contract.Topics;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Keeps a record that cannot be handled, with the reason and its position. */
@ApplicationScoped
public class DeadLetters {
  private static final int LARGEST_VALUE = 512 * 1024;

  private final Publisher publisher;

  DeadLetters(Publisher publisher) {
    this.publisher = publisher;
  }

  /**
   * Publishes the record to the topic's dead-letter topic with its own headers and {@code
   * dead-reason}, {@code dead-topic}, {@code dead-partition}, {@code dead-offset}. A very large
   * value is cut, since a dead letter must always fit.
   */
  public Uni<Void> publish(String topic, ConsumerRecord<String, byte[]> record, String reason) {
    Log.warnf(
        "Dead letter: %s-%d@%d: %s", record.topic(), record.partition(), record.offset(), reason);
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    headers.put("dead-reason", reason);
    headers.put("dead-topic", record.topic());
    headers.put("dead-partition", Integer.toString(record.partition()));
    headers.put("dead-offset", Long.toString(record.offset()));
    byte[] value = Objects.requireNonNullElse(record.value(), new byte[0]);
    if (value.length > LARGEST_VALUE) {
      headers.put("dead-cut-from", Integer.toString(value.length));
      value = Arrays.copyOf(value, LARGEST_VALUE);
    }
    return publisher.send(
        Topics.dead(topic), Objects.requireNonNullElse(record.key(), ""), headers, value);
  }
}
