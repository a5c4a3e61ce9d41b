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

/** Publishes events as CloudEvents in Kafka's binary mode, with one idempotent producer. */
@ApplicationScoped
public class EventPublisher {
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
                "delivery.timeout.ms", "30000",
                "request.timeout.ms", "10000",
                "max.block.ms", "10000"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** Sends to {@code run-events}; completes when the broker has it. */
  public Future<RecordMetadata> event(EventAttributes attributes, UUID runUid, RunEvent event) {
    return send(Topics.RUN_EVENTS, attributes, runUid, event);
  }

  /** Sends a piece of a log. */
  public Future<RecordMetadata> log(EventAttributes attributes, UUID runUid, RunEvent event) {
    return send(Topics.RUN_LOGS, attributes, runUid, event);
  }

  /** Waits for an acknowledgement. */
  public static void await(Future<RecordMetadata> sent)
      throws InterruptedException, ExecutionException {
    sent.get();
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
      return producer.send(record);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @PreDestroy
  void close() {
    producer.close(Duration.ofSeconds(5));
  }
}
