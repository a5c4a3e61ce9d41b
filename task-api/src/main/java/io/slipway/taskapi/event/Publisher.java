package io.slipway.taskapi.event;

import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** The one Kafka producer: idempotent, and done when all replicas have the record. */
@ApplicationScoped
public class Publisher {
  private final MutinyEmitter<byte[]> emitter;
  private final String prefix;

  Publisher(
      @Channel("events-out") @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER)
          MutinyEmitter<byte[]> emitter,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    this.emitter = emitter;
    this.prefix = prefix.orElse("");
  }

  /**
   * @param topic name without the platform's prefix
   * @return done when the broker has acknowledged it; fails when it has not within 10 s
   */
  public Uni<Void> send(String topic, String key, Map<String, String> headers, byte[] value) {
    Headers kafkaHeaders = new RecordHeaders();
    headers.forEach((name, text) -> kafkaHeaders.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return emitter.sendMessage(
        Message.of(value)
            .addMetadata(
                OutgoingKafkaRecordMetadata.<String>builder()
                    .withTopic(prefix + topic)
                    .withKey(key)
                    .withHeaders(kafkaHeaders)
                    .build()));
  }
}
