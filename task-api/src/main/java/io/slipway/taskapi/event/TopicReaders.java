package io.slipway.taskapi.event;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
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
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The topics that this service reads, each by one consumer of a group of its own. The partitions of
 * a topic are handled independently: one that is slow or waits does not stop the others.
 */
@ApplicationScoped
public class TopicReaders {
  private static final Duration IDLE = Duration.ofSeconds(1);

  /** Offsets are committed together: this often while records come, at once when none do. */
  private static final Duration COMMIT_EVERY = Duration.ofMillis(50);

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  /** How long partitions that are taken away, or a stop, wait for what is under way. */
  private static final Duration LAST_WAIT = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final Map<String, Object> client;
  private final String prefix;
  private final Duration session;
  private final Vertx vertx;
  private final MeterRegistry meters;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Reader> readers = new CopyOnWriteArrayList<>();

  TopicReaders(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix,
      @ConfigProperty(name = "slipway.kafka.session", defaultValue = "PT8S") Duration session,
      Vertx vertx,
      MeterRegistry meters) {
    this.client = client;
    this.prefix = prefix.orElse("");
    this.session = session;
    this.vertx = vertx;
    this.meters = meters;
  }

  /**
   * Name of the consumer group that reads a topic.
   *
   * @param prefix the platform's, of topics and groups
   * @param topic name without it
   */
  public static String group(String prefix, String topic) {
    return prefix + "task-api." + topic;
  }

  /**
   * Reads a topic until this service stops.
   *
   * @param topic name without prefix
   * @param most records that one batch has at most
   * @param work handles records of one partition, in their order; is repeated until it succeeds
   */
  public void open(
      String topic, int most, Function<List<ConsumerRecord<String, byte[]>>, Uni<Void>> work) {
    Reader reader = new Reader(topic, settings(topic, most), work);
    readers.add(reader);
    Gauge.builder("kafka.consumer.group.lag", () -> reader.lag)
        .tag("topic", topic)
        .register(meters);
    reader.thread.start();
  }

  /**
   * Topics that have not moved for this time although records wait, each with what is the matter.
   */
  public Map<String, String> stuck(Duration limit) {
    Map<String, String> stuck = new HashMap<>();
    readers.forEach(
        reader -> reader.stuck(limit).ifPresent(matter -> stuck.put(reader.topic, matter)));
    return stuck;
  }

  /** While the database can still be asked: what is under way comes to its end. */
  void stop(@Observes ShutdownEvent stopping) {
    close();
  }

  @PreDestroy
  void close() {
    stopped.countDown();
    readers.forEach(Reader::wakeUp);
    readers.forEach(Reader::awaitEnd);
  }

  private boolean isStopped() {
    return stopped.getCount() == 0;
  }

  private Map<String, Object> settings(String topic, int most) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("group.id", group(prefix, topic));
    settings.put("client.id", group("", topic));
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", false);
    settings.put("max.poll.records", most);
    // The partitions of a consumer that was killed go to others after this time.
    settings.put("session.timeout.ms", (int) session.toMillis());
    settings.put("heartbeat.interval.ms", (int) session.toMillis() / 4);
    // Batches of large records of several topics must fit into the heap.
    settings.put("max.partition.fetch.bytes", 1 << 20);
    settings.put("fetch.max.bytes", 4 << 20);
    settings.put("reconnect.backoff.max.ms", 1000);
    return settings;
  }

  /**
   * Reads one topic on a thread of its own. A partition whose batch is being handled is paused, and
   * polling goes on: the group never takes a slow handler for a dead one, and the other partitions
   * move. An offset is committed only when all records before it were handled.
   */
  private final class Reader implements ConsumerRebalanceListener {
    private final String topic;
    private final Map<String, Object> settings;
    private final Function<List<ConsumerRecord<String, byte[]>>, Uni<Void>> work;
    private final PartitionsUnderWay partitions = new PartitionsUnderWay();
    private final Thread thread;
    private volatile @Nullable Consumer<String, byte[]> consumer;
    private volatile long polledAt = System.nanoTime();
    private volatile long lag;
    private long committedAt = System.nanoTime();
    private int assignments; // of the thread alone

    Reader(
        String topic,
        Map<String, Object> settings,
        Function<List<ConsumerRecord<String, byte[]>>, Uni<Void>> work) {
      this.topic = topic;
      this.settings = settings;
      this.work = work;
      this.thread = Thread.ofPlatform().name("reads-" + topic).daemon().unstarted(this::run);
    }

    private Optional<String> stuck(Duration limit) {
      long now = System.nanoTime();
      if (now - polledAt > limit.toNanos()) {
        return Optional.of("the topic was not polled for " + limit.toSeconds() + " s");
      }
      return partitions
          .stuck(limit, now)
          .map(batch ->
              "partition %d waits before offset %d".formatted(batch.partition(), batch.next()));
    }

    private void run() {
      while (!isStopped()) {
        try (Consumer<String, byte[]> connected =
            new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
          consumer = connected;
          connected.subscribe(List.of(prefix + topic), this);
          while (!isStopped()) {
            turn(connected);
          }
          settle(connected, numbers(connected.assignment()));
        } catch (WakeupException woken) {
          Log.debugf("The consumer of %s is woken", topic);
        } catch (RuntimeException failed) {
          Log.errorf(failed, "The consumer of %s failed, it is opened again", topic);
          pause();
        } finally {
          consumer = null;
          partitions.forgetAll();
        }
      }
    }

    private void turn(Consumer<String, byte[]> connected) {
      collect(connected);
      boolean due = System.nanoTime() - committedAt > COMMIT_EVERY.toNanos();
      if (due) {
        commit(connected);
      }
      try {
        ConsumerRecords<String, byte[]> records =
            connected.poll(partitions.hasHandled() ? COMMIT_EVERY : IDLE);
        for (TopicPartition partition : records.partitions()) {
          begin(connected, partition, records.records(partition));
        }
        lag =
            connected.assignment().stream()
                .mapToLong(it -> connected.currentLag(it).orElse(0))
                .sum();
      } catch (WakeupException woken) {
        Log.tracef("A batch of %s was handled", topic);
      }
      polledAt = System.nanoTime();
    }

    private void begin(
        Consumer<String, byte[]> connected,
        TopicPartition partition,
        List<ConsumerRecord<String, byte[]>> records) {
      PartitionsUnderWay.Batch batch =
          partitions.begin(
              partition.partition(), records.getLast().offset() + 1, System.nanoTime());
      connected.pause(Set.of(partition));
      VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext())
          .runOnContext(start ->
              Uni.createFrom()
                  .deferred(() -> work.apply(records))
                  .onFailure()
                  .invoke(failure -> Log.errorf(failure, "A batch of %s is repeated", topic))
                  .onFailure()
                  .retry()
                  .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
                  .indefinitely()
                  .subscribe()
                  .with(done -> {
                    partitions.end(batch);
                    wakeUp();
                  }));
    }

    private void collect(Consumer<String, byte[]> connected) {
      connected.resume(partitions.collect().stream().map(this::partition).toList());
    }

    private void commit(Consumer<String, byte[]> connected) {
      if (partitions.hasHandled()) {
        committedAt = System.nanoTime();
        Map<Integer, Long> handled = partitions.takeHandled();
        int as = assignments;
        connected.commitAsync(
            offsets(handled),
            (offsets, failure) -> {
              if (failure != null) {
                Log.warnf("Offsets of %s were not committed: %s", topic, failure.toString());
                // No record may come any more, and who asks how far the topic was read would wait
                // for ever. After another assignment they may be somebody else's.
                if (as == assignments) {
                  partitions.giveBack(handled);
                  committedAt = System.nanoTime() + AFTER_A_FAILURE.toNanos();
                }
              }
            });
      }
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
      assignments++;
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

    private Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> handled) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      handled.forEach(
          (number, next) -> offsets.put(partition(number), new OffsetAndMetadata(next)));
      return offsets;
    }

    private TopicPartition partition(int number) {
      return new TopicPartition(prefix + topic, number);
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
      return partitions.stream().map(TopicPartition::partition).toList();
    }

    private void wakeUp() {
      Consumer<String, byte[]> connected = consumer;
      if (connected != null) {
        connected.wakeup();
      }
    }

    private void awaitEnd() {
      try {
        thread.join(LAST_WAIT.multipliedBy(3));
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    private void pause() {
      try {
        boolean over = stopped.await(IDLE.toMillis(), TimeUnit.MILLISECONDS);
        Log.debugf("The consumer of %s is opened: %s", topic, !over);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
