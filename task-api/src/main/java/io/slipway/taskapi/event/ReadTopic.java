package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import io.slipway.taskapi.event.TopicReaders.RecordWork;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one topic on a thread of its own. What a poll brings is handled together, whatever
 * partitions it is of; while that is under way more records gather for the next poll. If it fails
 * or takes long, each partition is handled for itself: one whose batch is under way is paused, and
 * polling goes on, so the group never takes a slow handler for a dead one, and the other partitions
 * move. An offset is committed only when all records before it were handled.
 */
@ApplicationScoped
class ReadTopic {
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** When no record has come for this time, offsets are committed at once. */
  private static final Duration QUIET = Duration.ofMillis(50);

  /** How long partitions that are handled together wait for each other. */
  private static final Duration TOGETHER = Duration.ofMillis(400);

  /** How long the next poll waits for partitions that are handled each for itself. */
  private static final Duration MOMENT = Duration.ofMillis(50);

  /** How often to look whether a paused partition may go on. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  /** How long partitions that are taken away, or a stop, wait for what is under way. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Vertx vertx;

  ReadTopic(Vertx vertx) {
    this.vertx = vertx;
  }

  /**
   * A reader, which has still to be started.
   *
   * @param topic name without prefix
   * @param fullName name with prefix
   * @param settings of the consumer
   * @param stopped when to stop
   */
  Reader reader(
      String topic,
      String fullName,
      Map<String, Object> settings,
      RecordWork work,
      CountDownLatch stopped) {
    return new Reader(topic, fullName, settings, work, stopped);
  }

  /** Reads the topic on its thread. */
  final class Reader implements ConsumerRebalanceListener {
    private final String topic;
    private final String fullName;
    private final Map<String, Object> settings;
    private final RecordWork work;
    private final CountDownLatch stopped;
    private final PartitionsUnderWay partitions = new PartitionsUnderWay(TOGETHER);
    // A run makes fewer batches than go at once, so one that is alone never waits for this.
    private final Pace pace = new Pace(16, Duration.ofMillis(20));
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile long polledAt = System.nanoTime();
    private volatile long lag;

    // Of the thread alone.
    private final OffsetCommits commits;
    private CompletableFuture<Void> together = CompletableFuture.completedFuture(null);

    Reader(
        String topic,
        String fullName,
        Map<String, Object> settings,
        RecordWork work,
        CountDownLatch stopped) {
      this.topic = topic;
      this.fullName = fullName;
      this.settings = settings;
      this.work = work;
      this.stopped = stopped;
      this.commits = new OffsetCommits(partitions, System.nanoTime());
      this.thread = Thread.ofPlatform().name("reads-" + topic).daemon().unstarted(this::run);
    }

    void start() {
      thread.start();
    }

    String topic() {
      return topic;
    }

    /** Records that wait, by the last answer of Kafka. */
    long lag() {
      return lag;
    }

    /** What is the matter if the topic has not moved for this time although records wait. */
    Optional<String> stuck(Duration limit) {
      long now = System.nanoTime();
      if (now - polledAt > limit.toNanos()) {
        return Optional.of("the topic was not polled for " + limit.toSeconds() + " s");
      }
      return partitions
          .stuck(limit, now)
          .map(batch ->
              "partition %d waits before offset %d".formatted(batch.partition(), batch.next()));
    }

    /** Whether its thread has ended though nobody stopped it. */
    boolean isGone() {
      return !isStopped() && !thread.isAlive();
    }

    private boolean isStopped() {
      return stopped.getCount() == 0;
    }

    private void run() {
      while (!isStopped()) {
        try (Consumer<String, byte[]> connected =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
          consumer = connected;
          connected.subscribe(List.of(fullName), this);
          while (!isStopped()) {
            turn(connected);
          }
          settle(connected, numbers(connected.assignment()));
        } catch (WakeupException woken) {
          Log.debugf("The consumer of %s is woken", topic);
        } catch (RuntimeException failed) {
          Log.errorf(failed, "The consumer of %s failed, it is opened again", topic);
          awaitStop(IDLE.toNanos());
        } finally {
          consumer = null;
          partitions.forgetAll();
        }
      }
    }

    private void turn(Consumer<String, byte[]> connected) {
      collect(connected);
      commits.whileRecordsCome(System.nanoTime()).ifPresent(commit -> commit(connected, commit));
      awaitStop(pace.pause(System.nanoTime()));
      try {
        ConsumerRecords<String, byte[]> records = connected.poll(longestPoll());
        if (!records.isEmpty()) {
          pace.begin(System.nanoTime());
          handle(connected, records);
        } else {
          commits.whenNoneCome(System.nanoTime()).ifPresent(commit -> commit(connected, commit));
        }
        lag =
            connected.assignment().stream()
                .mapToLong(it -> connected.currentLag(it).orElse(0))
                .sum();
      } catch (WakeupException woken) {
        Log.debugf("The consumer of %s is woken", topic);
      }
      polledAt = System.nanoTime();
    }

    private Duration longestPoll() {
      if (partitions.isBusy()) {
        return LOOK_EVERY;
      }
      return partitions.hasHandled() ? QUIET : IDLE;
    }

    private void handle(
        Consumer<String, byte[]> connected, ConsumerRecords<String, byte[]> records) {
      List<TopicPartition> joined = new ArrayList<>();
      List<TopicPartition> alone = new ArrayList<>();
      records
          .partitions()
          .forEach(it -> (partitions.mayJoin(it.partition()) ? joined : alone).add(it));
      // An attempt that was given up may go on: there is never more than one of those.
      if (joined.size() < 2 || !together.isDone()) {
        begin(connected, records, records.partitions());
        return;
      }
      if (!alone.isEmpty()) {
        begin(connected, records, alone);
      }
      if (handledTogether(joined.stream().flatMap(it -> records.records(it).stream()).toList())) {
        joined.forEach(it -> partitions.handled(it.partition(), next(records.records(it))));
      } else {
        begin(connected, records, joined);
      }
    }

    private static long next(List<ConsumerRecord<String, byte[]>> records) {
      return records.getLast().offset() + 1;
    }

    /** Whether all of them were handled, within a bounded time. */
    private boolean handledTogether(List<ConsumerRecord<String, byte[]>> records) {
      CompletableFuture<Void> attempt =
          onContext(Uni.createFrom().deferred(() -> work.handleTogether(records)));
      together = attempt;
      try {
        attempt.get(TOGETHER.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (ExecutionException failed) {
        Log.debugf(failed, "A batch of %s is handled partition by partition", topic);
        return false;
      } catch (TimeoutException slow) {
        Log.debugf("A batch of %s takes long: it is handled partition by partition", topic);
        return false;
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    /** Begins a batch of each partition, and waits a moment for them. */
    private void begin(
        Consumer<String, byte[]> connected,
        ConsumerRecords<String, byte[]> records,
        Collection<TopicPartition> which) {
      connected.pause(which);
      CountDownLatch underWay = new CountDownLatch(which.size());
      for (TopicPartition partition : which) {
        List<ConsumerRecord<String, byte[]>> batch = records.records(partition);
        begin(partition.partition(), batch, underWay);
      }
      await(underWay, MOMENT.toNanos());
      collect(connected);
    }

    private void begin(
        int partition, List<ConsumerRecord<String, byte[]>> records, CountDownLatch underWay) {
      PartitionsUnderWay.Batch batch =
          partitions.begin(partition, next(records), System.nanoTime());
      Uni<Void> handled =
          Uni.createFrom()
              .deferred(() -> work.handle(records))
              .onFailure()
              .invoke(failure -> Log.errorf(failure, "A batch of %s is repeated", topic))
              .onFailure()
              .retry()
              .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
              .indefinitely();
      onContext(handled)
          .thenRun(() -> {
            partitions.end(batch, System.nanoTime());
            underWay.countDown();
          });
    }

    private CompletableFuture<Void> onContext(Uni<Void> handled) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext())
          .runOnContext(start ->
              handled
                  .subscribe()
                  .with(ignored -> done.complete(null), done::completeExceptionally));
      return done;
    }

    private void collect(Consumer<String, byte[]> connected) {
      Set<Integer> free = partitions.collect();
      if (!free.isEmpty()) {
        connected.resume(free.stream().map(this::partition).toList());
      }
    }

    private void commit(Consumer<String, byte[]> connected, OffsetCommits.Commit commit) {
      connected.commitAsync(
          offsets(commit.offsets()),
          (offsets, failure) -> {
            if (failure != null) {
              Log.warnf("Offsets of %s were not committed: %s", topic, failure.toString());
              commits.failed(commit, System.nanoTime());
            }
          });
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> handled) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      handled.forEach(
          (number, next) -> offsets.put(partition(number), new OffsetAndMetadata(next)));
      return offsets;
    }

    /** The next owner repeats what is under way, so it gets a moment to end. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      Consumer<String, byte[]> connected = consumer;
      if (connected != null) {
        settle(connected, numbers(revoked));
      }
      onPartitionsLost(revoked);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      commits.reassigned();
      partitions.forget(numbers(lost));
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      Log.debugf("Partitions of %s: %s", topic, assigned);
    }

    private void settle(Consumer<String, byte[]> connected, Collection<Integer> awaited) {
      long end = System.nanoTime() + LAST_WAIT.toNanos();
      collect(connected);
      while (partitions.isBusy(awaited) && System.nanoTime() < end) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        collect(connected);
      }
      if (partitions.hasHandled()) {
        Map<TopicPartition, OffsetAndMetadata> offsets = offsets(partitions.takeHandled());
        try {
          connected.commitSync(offsets, LAST_WAIT);
        } catch (WakeupException woken) {
          connected.commitSync(offsets, LAST_WAIT);
        }
      }
    }

    private TopicPartition partition(int number) {
      return new TopicPartition(fullName, number);
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
      return partitions.stream().map(TopicPartition::partition).toList();
    }

    /** Ends the wait for records: the reader is to stop. */
    void wakeUp() {
      Consumer<String, byte[]> connected = consumer;
      if (connected != null) {
        connected.wakeup();
      }
    }

    void awaitEnd() {
      try {
        thread.join(LAST_WAIT.multipliedBy(3));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void awaitStop(long nanos) {
      if (nanos > 0) {
        await(stopped, nanos);
      }
    }

    private void await(CountDownLatch latch, long nanos) {
      try {
        boolean over = latch.await(nanos, TimeUnit.NANOSECONDS);
        Log.tracef("%s waited: %s", topic, over);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
