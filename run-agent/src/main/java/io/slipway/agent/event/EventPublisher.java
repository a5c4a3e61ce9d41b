package io.slipway.agent.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunEvent;
import io.slipway.contract.Topics;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** Publishes events as CloudEvents in Kafka's binary mode, with one idempotent producer. */
@ApplicationScoped
public class EventPublisher {
  private static final Logger LOG = Logger.getLogger(EventPublisher.class);
  private static final String OUTAGE_MILLIS = "3600000";

  private final KafkaProducer<String, byte[]> producer;
  private final ObjectMapper json;
  private final String prefix;

  EventPublisher(
      @ConfigProperty(name = "kafka.bootstrap.servers") String bootstrap,
      AgentConfig config,
      ObjectMapper json) {
    this.json = json;
    this.prefix = config.kafka().topicPrefix().orElse("");
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "acks", "all",
                "enable.idempotence", "true",
                "linger.ms", "0",
                // An outage of Kafka delays events and loses none; a full buffer slows down the
                // step that prints.
                "delivery.timeout.ms", OUTAGE_MILLIS,
                "request.timeout.ms", "10000",
                "max.block.ms", OUTAGE_MILLIS),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Sends to {@code run-events}; returns before the broker has it. */
  public void event(EventAttributes attributes, UUID runUid, RunEvent event) {
    send(Topics.RUN_EVENTS, attributes, runUid, event);
  }

  /**
   * Sends to {@code run-events}; returns when the broker has it.
   *
   * @throws ExecutionException if Kafka did not take it within the time for an outage
   */
  public void eventAcknowledged(EventAttributes attributes, UUID runUid, RunEvent event)
      throws InterruptedException, ExecutionException {
    send(Topics.RUN_EVENTS, attributes, runUid, event).get();
  }

  /** Sends a piece of a log to {@code run-logs}; returns before the broker has it. */
  public void log(EventAttributes attributes, UUID runUid, RunEvent event) {
    send(Topics.RUN_LOGS, attributes, runUid, event);
  }

  private Future<RecordMetadata> send(
      String topic, EventAttributes attributes, UUID runUid, RunEvent event) {
    try {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(prefix + topic, runUid.toString(), json.writeValueAsBytes(event));
      attributes
          .toHeaders(runUid.toString(), EventType.of(event).schema())
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      return producer.send(
          record,
          (sent, failed) -> {
            if (failed != null) {
              LOG.errorf("%s of run %s is lost: %s", topic, runUid, failed.getMessage());
            }
          });
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @PreDestroy
  void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
