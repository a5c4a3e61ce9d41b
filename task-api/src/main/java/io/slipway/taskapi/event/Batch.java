package io.slipway.taskapi.event;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.slipway.contract.EventType;
import io.slipway.taskapi.event.DeadLetters.Dead;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.EventCodec.Unreadable;
import io.slipway.taskapi.event.TopicReaders.RecordWork;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How a batch of records is handled: what cannot be read goes to the dead-letter topic, the rest to
 * one use case. While the database, Kafka or another service is away the batch waits; it is neither
 * given up nor acknowledged. If the use case fails for any other reason, the batch is halved until
 * the records that cannot be applied are found; they alone become dead letters.
 */
@ApplicationScoped
public class Batch {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final EventCodec codec;
  private final DeadLetters deadLetters;
  private final MeterRegistry meters;

  Batch(EventCodec codec, DeadLetters deadLetters, MeterRegistry meters) {
    this.codec = codec;
    this.deadLetters = deadLetters;
    this.meters = meters;
  }

  private record Read(ConsumerRecord<String, byte[]> record, Received received) {}

  /** The records of a batch; those that nobody here has a use for are left out. */
  private record Sorted(List<Read> readable, List<Dead> unreadable, int ofUnknownType) {}

  /** Some records of several partitions cannot be read: each partition is handled for itself. */
  private static final class Unreadables extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadables(int number) {
      super(number + " records cannot be read", null, false, false);
    }
  }

  /**
   * What to do with the records of a topic. Those of several partitions are handled together if
   * that succeeds at once.
   *
   * @param topic name of the topic without prefix
   * @param wanted types that the work has a use for; others are passed over
   * @param work what to do with the events; must be repeatable
   */
  public RecordWork work(
      String topic, Set<EventType> wanted, Function<List<Received>, Uni<Void>> work) {
    return new RecordWork() {
      @Override
      public Uni<Void> handle(List<ConsumerRecord<String, byte[]>> records) {
        return Batch.this.handle(topic, wanted, records, work);
      }

      @Override
      public Uni<Void> handleTogether(List<ConsumerRecord<String, byte[]>> records) {
        return once(sorted(wanted, records), work);
      }
    };
  }

  /**
   * Handles a batch: repeats it while something is away, and puts aside what cannot be applied.
   *
   * @param topic name of the topic without prefix
   * @param wanted types that the work has a use for; others are passed over
   * @param work what to do with the events; must be repeatable
   */
  public Uni<Void> handle(
      String topic,
      Set<EventType> wanted,
      List<ConsumerRecord<String, byte[]>> records,
      Function<List<Received>, Uni<Void>> work) {
    Sorted sorted = sorted(wanted, records);
    count(sorted);
    return deadLetters
        .publish(topic, sorted.unreadable())
        .chain(() -> apply(topic, sorted.readable(), work));
  }

  private Uni<Void> once(Sorted sorted, Function<List<Received>, Uni<Void>> work) {
    if (!sorted.unreadable().isEmpty()) {
      return Uni.createFrom().failure(new Unreadables(sorted.unreadable().size()));
    }
    Uni<Void> applied =
        sorted.readable().isEmpty()
            ? Uni.createFrom().voidItem()
            : work.apply(events(sorted.readable()));
    return applied.invoke(() -> count(sorted));
  }

  private Sorted sorted(Set<EventType> wanted, List<ConsumerRecord<String, byte[]>> records) {
    List<Read> readable = new ArrayList<>();
    List<Dead> unreadable = new ArrayList<>();
    int ofUnknownType = 0;
    for (ConsumerRecord<String, byte[]> record : records) {
      try {
        EventMessage message = EventCodec.message(record);
        Optional<EventType> type = EventCodec.type(message);
        if (type.isPresent() ? !wanted.contains(type.get()) : EventCodec.isForeign(message)) {
          ofUnknownType += type.isPresent() ? 0 : 1;
          continue;
        }
        readable.add(new Read(record, codec.read(record, message)));
      } catch (Unreadable refused) {
        unreadable.add(new Dead(record, String.valueOf(refused.getMessage())));
      } catch (RuntimeException unforeseen) {
        unreadable.add(new Dead(record, "cannot be read: " + unforeseen.getClass().getName()));
      }
    }
    return new Sorted(readable, unreadable, ofUnknownType);
  }

  private void count(Sorted sorted) {
    if (sorted.ofUnknownType() > 0) {
      meters.counter("slipway.events.ignored", "type", "unknown").increment(sorted.ofUnknownType());
    }
  }

  private static List<Received> events(List<Read> readable) {
    return readable.stream().map(Read::received).toList();
  }

  private Uni<Void> apply(
      String topic, List<Read> readable, Function<List<Received>, Uni<Void>> work) {
    if (readable.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Received> events = events(readable);
    return throughOutages(topic, () -> work.apply(events))
        .onFailure()
        .recoverWithUni(failure ->
            failure instanceof Unsigned unsigned
                ? without(topic, readable, work, unsigned)
                : inHalves(topic, readable, work, failure));
  }

  private Uni<Void> without(
      String topic,
      List<Read> readable,
      Function<List<Received>, Uni<Void>> work,
      Unsigned unsigned) {
    List<Dead> dead = new ArrayList<>();
    List<Read> rest = new ArrayList<>();
    for (Read one : readable) {
      String reason = unsigned.reason(one.received());
      if (reason == null) {
        rest.add(one);
      } else {
        dead.add(new Dead(one.record(), reason));
      }
    }
    return deadLetters.publish(topic, dead).chain(() -> apply(topic, rest, work));
  }

  /** In their order: the events of a run must not overtake each other. */
  private Uni<Void> inHalves(
      String topic,
      List<Read> readable,
      Function<List<Received>, Uni<Void>> work,
      Throwable failure) {
    if (readable.size() == 1) {
      Log.errorf(failure, "A record of %s cannot be applied", topic);
      String reason = "cannot be applied: " + failure.getClass().getName();
      return deadLetters.publish(topic, List.of(new Dead(readable.getFirst().record(), reason)));
    }
    int middle = readable.size() / 2;
    return apply(topic, readable.subList(0, middle), work)
        .chain(() -> apply(topic, readable.subList(middle, readable.size()), work));
  }

  private static Uni<Void> throughOutages(String topic, Supplier<Uni<Void>> work) {
    Context caller = Vertx.currentContext();
    return Uni.createFrom()
        .deferred(() -> on(caller, work))
        .onFailure()
        .invoke(failure -> Log.warnf("Batch of %s: %s", topic, failure.toString()))
        .onFailure(Outage::is)
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .indefinitely();
  }

  /** A repetition begins on a timer's thread; the work needs that of the caller. */
  private static Uni<Void> on(@Nullable Context caller, Supplier<Uni<Void>> work) {
    if (caller == null || caller == Vertx.currentContext()) {
      return work.get();
    }
    return Uni.createFrom()
        .<Void>emitter(emitter ->
            caller.runOnContext(start ->
                Uni.createFrom()
                    .deferred(work::get)
                    .subscribe()
                    .with(emitter::complete, emitter::fail)));
  }
}
