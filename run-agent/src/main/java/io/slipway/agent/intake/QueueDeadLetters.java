package io.slipway.agent.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.slipway.contract.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Puts records of the queue that are not queued runs aside, in the queue's dead-letter topic, with
 * the reason and the place where they stood. With a producer of its own, made for the first one and
 * bounded in time: the intake waits for it, and must go on when Kafka does not take a record.
 */
@ApplicationScoped
@Startup // a counter that is there from the start shows its first increment
class QueueDeadLetters {
  private static final Logger LOG = Logger.getLogger(QueueDeadLetters.class);
  private static final int LARGEST = 512 * 1024;
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final Map<String, Object> kafka;
  private final Counter counter;
  private @Nullable KafkaProducer<String, byte[]> producer;

  QueueDeadLetters(
      @Identifier("default-kafka-broker") Map<String, Object> kafka, MeterRegistry meters) {
    this.kafka = kafka;
    this.counter =
        Counter.builder("slipway.agent.dead.letters")
            .description("Records of the queue that are not queued runs")
            .register(meters);
  }

  /**
   * Puts a record aside.
   *
   * @return whether Kafka has it; if not, the record must be taken again later
   */
  synchronized boolean take(ConsumerRecord<String, byte[]> record, String reason)
      throws InterruptedException {
    LOG.errorf("record at offset %d of the queue: %s", record.offset(), reason);
    try {
      producer().send(dead(record, reason)).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      counter.increment();
      return true;
    } catch (ExecutionException | TimeoutException | KafkaException later) {
      LOG.warnf("dead letter: %s", later.getMessage());
      return false;
    }
  }

  private static ProducerRecord<String, byte[]> dead(
      ConsumerRecord<String, byte[]> record, String reason) {
    byte[] value = Objects.requireNonNullElse(record.value(), new byte[0]);
    ProducerRecord<String, byte[]> dead =
        new ProducerRecord<>(
            Topics.dead(record.topic()),
            record.key(),
            Arrays.copyOf(value, Math.min(value.length, LARGEST)));
    record.headers().forEach(dead.headers()::add);
    Map.of(
            "dead-reason",
            reason,
            "dead-topic",
            record.topic(),
            "dead-partition",
            "" + record.partition(),
            "dead-offset",
            "" + record.offset())
        .forEach((name, text) -> dead.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return dead;
  }

  private KafkaProducer<String, byte[]> producer() {
    KafkaProducer<String, byte[]> known = producer;
    if (known == null) {
      String millis = "" + LIMIT.toMillis();
      Map<String, Object> settings = new HashMap<>(kafka);
      settings.putAll(
          Map.of(
              "acks",
              "all",
              "max.block.ms",
              millis,
              "delivery.timeout.ms",
              millis,
              "request.timeout.ms",
              "5000",
              "linger.ms",
              "0"));
      known = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
      producer = known;
    }
    return known;
  }

  @PreDestroy
  synchronized void close() {
    KafkaProducer<String, byte[]> known = producer;
    if (known != null) {
      known.close(Duration.ofSeconds(1));
    }
  }
}
