package io.slipway.bench.runs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** {@code RunRequested} events, as anybody may publish them. */
final class EventLoad implements Load {
  private static final String TOPIC = "run-requests";
  private static final int WORKERS = 16;

  private final KafkaProducer<String, byte[]> producer;
  private final byte[] body;

  EventLoad(String bootstrap, String registry, String task) {
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", "0"),
            new StringSerializer(),
            new ByteArraySerializer());
    this.body =
        "{\"registry\":\"%s\",\"task\":\"%s\",\"values\":{}}"
            .formatted(registry, task)
            .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public int workers() {
    return WORKERS;
  }

  /** Returns when Kafka has acknowledged the event. */
  @Override
  public String send(int worker) throws InterruptedException, ExecutionException {
    String id = UUID.randomUUID().toString();
    // Without a key they go to all partitions, as those of many registries would.
    ProducerRecord<String, byte[]> event = new ProducerRecord<>(TOPIC, body);
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", id,
            "ce_source", "/bench",
            "ce_type", "io.slipway.run.requested.v1",
            "ce_time", Instant.now().toString(),
            "content-type", "application/json")
        .forEach(
            (name, value) -> event.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    Future<RecordMetadata> sent = producer.send(event);
    sent.get();
    return id;
  }

  @Override
  public int refused() {
    return 0;
  }

  @Override
  public void close() {
    producer.close();
  }
}
