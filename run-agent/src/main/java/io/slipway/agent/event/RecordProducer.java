package io.slipway.agent.event;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * The agent's one idempotent producer. It keeps the order of what it was given, and keeps trying
 * until Kafka is back, however long that takes; what need not be in its memory meanwhile is on
 * disk, see {@link Spool}.
 */
final class RecordProducer {
  private static final Logger LOG = Logger.getLogger(RecordProducer.class);

  /** What Kafka's client does not take at once is tried again later. */
  private static final int MOST_BLOCKED_MILLIS = 500;

  /** A client that forgot an idle topic would ask where it is while a record waits. */
  private static final String REMEMBER_MILLIS = "86400000";

  private static final int PREPARATIONS = 60;

  private static final int MEMORY = 64 << 20;
  private static final int BATCH = 128 << 10;

  private final KafkaProducer<String, byte[]> producer;

  RecordProducer(Map<String, Object> kafka) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.putAll(
        Map.of(
            // With that, Kafka's client asks for all acknowledgements too.
            "enable.idempotence",
            "true",
            // While one request is under way the next batch fills; nothing waits for a batch.
            // The broker answers the requests of one connection one after the other anyway.
            "linger.ms",
            "0",
            "max.in.flight.requests.per.connection",
            "1",
            "batch.size",
            BATCH,
            "buffer.memory",
            MEMORY,
            "delivery.timeout.ms",
            Integer.MAX_VALUE,
            "request.timeout.ms",
            "10000",
            "reconnect.backoff.max.ms",
            "1000",
            "max.block.ms",
            MOST_BLOCKED_MILLIS));
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  /** Asks in the background where topics are, which the first record would have to wait for. */
  void prepare(List<String> topics) {
    Thread unused =
        Thread.ofPlatform()
            .daemon()
            .name("topics")
            .start(() -> {
              for (int left = PREPARATIONS; left > 0 && !isKnown(topics); left--) {
                LOG.debugf("Kafka does not answer yet; %d more tries", left);
              }
            });
  }

  private boolean isKnown(List<String> topics) {
    try {
      topics.forEach(producer::partitionsFor);
      return true;
    } catch (KafkaException later) {
      return false;
    } catch (IllegalStateException closed) {
      return true;
    }
  }

  /**
   * Sends; never throws.
   *
   * @param acknowledged called when Kafka has it, or will never take it whatever happens
   * @param failed called if Kafka may take it later
   */
  void send(EventRecord record, Runnable acknowledged, Consumer<Exception> failed) {
    ProducerRecord<String, byte[]> out =
        new ProducerRecord<>(record.topic(), record.key(), record.value());
    record
        .headers()
        .forEach((name, text) -> out.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(
          out,
          (metadata, problem) -> {
            if (problem == null) {
              acknowledged.run();
            } else if (isForEver(problem)) {
              LOG.errorf("%s of run %s is lost: %s", record.topic(), record.key(), problem);
              acknowledged.run();
            } else {
              failed.accept(problem);
            }
          });
    } catch (KafkaException | IllegalStateException interruptedOrClosed) {
      failed.accept(interruptedOrClosed);
    }
  }

  private static boolean isForEver(Exception problem) {
    return problem instanceof RecordTooLargeException
        || problem instanceof InvalidTopicException
        || problem instanceof InvalidConfigurationException;
  }

  void close(Duration limit) {
    producer.close(limit);
  }
}
