package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.EventCodec.Unreadable;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * How a batch of records is handled: what cannot be read goes to the dead-letter topic, the rest to
 * one use case. While the database, Kafka or another service is away the batch waits; it is never
 * given up and never acknowledged before. A record that cannot be applied whatever one does goes to
 * the dead-letter topic too, alone.
 */
@ApplicationScoped
public class Batch {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final EventCodec codec;
  private final DeadLetters deadLetters;

  Batch(EventCodec codec, DeadLetters deadLetters) {
    this.codec = codec;
    this.deadLetters = deadLetters;
  }

  private record Read(ConsumerRecord<String, byte[]> record, Received received) {}

  /**
   * Handles a batch.
   *
   * @param topic name of the topic without prefix
   * @param work what to do with the events; must be repeatable
   */
  public Uni<Void> handle(
      String topic,
      ConsumerRecords<String, byte[]> records,
      Function<List<Received>, Uni<Void>> work) {
    List<Read> readable = new ArrayList<>();
    Uni<Void> buried = Uni.createFrom().voidItem();
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        readable.add(new Read(record, codec.read(record)));
      } catch (Unreadable unreadable) {
        String reason = String.valueOf(unreadable.getMessage());
        buried = buried.chain(() -> bury(topic, record, reason));
      }
    }
    return buried.chain(() -> apply(topic, readable, work));
  }

  private Uni<Void> apply(
      String topic, List<Read> readable, Function<List<Received>, Uni<Void>> work) {
    if (readable.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return patiently(topic, () -> work.apply(readable.stream().map(Read::received).toList()))
        .onFailure()
        .recoverWithUni(failure -> apart(topic, readable, work, failure));
  }

  private Uni<Void> apart(
      String topic,
      List<Read> readable,
      Function<List<Received>, Uni<Void>> work,
      Throwable failure) {
    if (readable.size() == 1) {
      Log.errorf(failure, "A record of %s cannot be applied", topic);
      return bury(
          topic,
          readable.getFirst().record(),
          "cannot be applied: " + failure.getClass().getName());
    }
    Uni<Void> done = Uni.createFrom().voidItem();
    for (Read one : readable) {
      done = done.chain(() -> apply(topic, List.of(one), work));
    }
    return done;
  }

  private Uni<Void> bury(String topic, ConsumerRecord<String, byte[]> record, String reason) {
    return Uni.createFrom()
        .deferred(() -> deadLetters.bury(topic, record, reason))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  private static Uni<Void> patiently(String topic, java.util.function.Supplier<Uni<Void>> work) {
    return Uni.createFrom()
        .deferred(work::get)
        .onFailure()
        .invoke(failure -> Log.warnf("Batch of %s: %s", topic, failure.toString()))
        .onFailure(Outage::is)
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }
}
