package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The one Kafka producer: idempotent, and done when all replicas have the record. */
@ApplicationScoped
public class Publisher {
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private final Producer<String, byte[]> producer;
  private final String prefix;

  /** Sending waits for the broker's metadata, which must not stop an event loop. */
  private final ExecutorService sender =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("publishes").daemon().factory());

  Publisher(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.remove("group.id");
    settings.put("client.id", "task-api");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    // What comes while a request is under way goes with the next one; nothing waits but for that.
    settings.put("linger.ms", 0);
    settings.put("max.in.flight.requests.per.connection", 1);
    settings.put("max.block.ms", 5_000);
    settings.put("request.timeout.ms", 5_000);
    settings.put("delivery.timeout.ms", 10_000);
    settings.put("buffer.memory", 16L << 20);
    settings.put("reconnect.backoff.max.ms", 1_000);
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    this.prefix = prefix.orElse("");
  }

  /** Makes the client now: that takes a moment, and its first user may be an event loop. */
  void start(@Observes StartupEvent started) {
    Log.debugf("Publishes to topics with the prefix '%s'", prefix);
  }

  /**
   * Publishes a record. Records of one caller go out in the order in which it subscribes.
   *
   * @param topic name without the platform's prefix
   * @return done when the broker has acknowledged it; fails when it has not within 10 s
   */
  public Uni<Void> send(String topic, String key, Map<String, String> headers, byte[] value) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(prefix + topic, key, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return Uni.createFrom()
        .emitter(emitter -> {
          Context caller = Vertx.currentContext();
          try {
            sender.execute(() -> send(record, emitter, caller));
          } catch (RejectedExecutionException closed) {
            emitter.fail(closed);
          }
        });
  }

  private void send(
      ProducerRecord<String, byte[]> record,
      UniEmitter<? super Void> emitter,
      @Nullable Context caller) {
    try {
      producer.send(record, (metadata, failure) -> on(caller, () -> complete(emitter, failure)));
    } catch (RuntimeException refused) {
      on(caller, () -> emitter.fail(refused));
    }
  }

  private static void complete(UniEmitter<? super Void> emitter, @Nullable Exception failure) {
    if (failure == null) {
      emitter.complete(null);
    } else {
      emitter.fail(failure);
    }
  }

  /** What follows is work of the caller, not of the producer's thread. */
  private static void on(@Nullable Context caller, Runnable work) {
    if (caller == null) {
      work.run();
    } else {
      caller.runOnContext(ignored -> work.run());
    }
  }

  @PreDestroy
  void close() {
    sender.shutdown();
    producer.close(LAST_WAIT);
  }
}
