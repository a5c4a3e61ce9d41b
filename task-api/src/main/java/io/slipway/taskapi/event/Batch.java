package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.EventCodec.Unreadable;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * How a batch of records is handled: what cannot be read goes to the dead-letter topic, the rest to
 * one use case. While the database, Kafka or another service is away the batch waits; it is neither
 * given up nor acknowledged. If the use case fails for any other reason, the records are handled
 * one by one, so that only the one that cannot be applied becomes a dead letter.
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

  private record Unread(ConsumerRecord<String, byte[]> record, String reason) {}

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
    List<Unread> unreadable = new ArrayList<>();
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        readable.add(new Read(record, codec.read(record)));
      } catch (Unreadable refused) {
        unreadable.add(new Unread(record, String.valueOf(refused.getMessage())));
      }
    }
    return InTurn.each(unreadable, one -> deadLetter(topic, one.record(), one.reason()))
        .chain(() -> apply(topic, readable, work));
  }

  private Uni<Void> apply(
      String topic, List<Read> readable, Function<List<Received>, Uni<Void>> work) {
    if (readable.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Received> events = readable.stream().map(Read::received).toList();
    return throughOutages(topic, () -> work.apply(events))
        .onFailure()
        .recoverWithUni(failure -> oneByOne(topic, readable, work, failure));
  }

  private Uni<Void> oneByOne(
      String topic,
      List<Read> readable,
      Function<List<Received>, Uni<Void>> work,
      Throwable failure) {
    if (readable.size() == 1) {
      Log.errorf(failure, "A record of %s cannot be applied", topic);
      String reason = "cannot be applied: " + failure.getClass().getName();
      return deadLetter(topic, readable.getFirst().record(), reason);
    }
    return InTurn.each(readable, one -> apply(topic, List.of(one), work));
  }

  private Uni<Void> deadLetter(String topic, ConsumerRecord<String, byte[]> record, String reason) {
    return Uni.createFrom()
        .deferred(() -> deadLetters.publish(topic, record, reason))
        .onFailure()
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  private static Uni<Void> throughOutages(String topic, Supplier<Uni<Void>> work) {
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
