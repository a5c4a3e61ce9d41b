package io.slipway.taskapi.event;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.Startup;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.DeadLetter.Place;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Keeps records that cannot be handled, with the reason and their position. */
@ApplicationScoped
@Startup // a counter that is there from the start shows its first increment
public class DeadLetters {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final int TRIES = 5;

  private final Publisher publisher;
  private final MeterRegistry meters;

  DeadLetters(Publisher publisher, MeterRegistry meters) {
    this.publisher = publisher;
    this.meters = meters;
    for (String topic : List.of(Topics.RUN_EVENTS, Topics.RUN_LOGS, Topics.RUN_REQUESTS)) {
      Counter unused = meters.counter("slipway.dead", "source", topic);
    }
  }

  /** A record and why it cannot be handled. */
  record Dead(ConsumerRecord<String, byte[]> record, String reason) {
    Place place() {
      return new Place(record.topic(), record.partition(), record.offset());
    }
  }

  /**
   * Publishes the records together to the topic's dead-letter topic, each with its own headers and
   * {@code dead-reason}, {@code dead-topic}, {@code dead-partition}, {@code dead-offset}. Never
   * fails: a record that cannot be kept after some tries stays in its topic alone, and the log says
   * where.
   */
  Uni<Void> publish(String topic, List<Dead> dead) {
    if (dead.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Log.warnf(
        "%d dead letters of %s, the first at %s: %s",
        dead.size(), topic, dead.getFirst().place(), DeadLetter.cut(dead.getFirst().reason()));
    meters.counter("slipway.dead", "source", topic).increment(dead.size());
    return Uni.join()
        .all(dead.stream().map(one -> publish(topic, one)).toList())
        .andCollectFailures()
        .replaceWithVoid();
  }

  private Uni<Void> publish(String topic, Dead dead) {
    DeadLetter letter = letter(dead);
    return send(topic, letter)
        .onFailure()
        .recoverWithUni(refused -> send(topic, letter.placeAlone(dead.place())))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .atMost(TRIES)
        .onFailure()
        .recoverWithUni(failure -> {
          Log.errorf(failure, "The dead letter of %s is not kept", dead.place());
          return Uni.createFrom().voidItem();
        });
  }

  private Uni<Void> send(String topic, DeadLetter letter) {
    return publisher.send(Topics.dead(topic), letter.key(), letter.headers(), letter.value());
  }

  private static DeadLetter letter(Dead dead) {
    ConsumerRecord<String, byte[]> record = dead.record();
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : record.headers()) {
      // Whatever was written there: it is good for nothing any more, and may be a token by mistake.
      if (header.value() != null && !header.key().equals(RequestDigest.ASSERTION)) {
        headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    return DeadLetter.of(
        dead.place(),
        Objects.requireNonNullElse(record.key(), ""),
        headers,
        Objects.requireNonNullElse(record.value(), new byte[0]),
        dead.reason());
  }
}
