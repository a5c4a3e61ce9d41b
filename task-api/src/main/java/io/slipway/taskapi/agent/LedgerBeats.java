package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.slipway.contract.LedgerBeat;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.TopicOffsets;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.store.JsonText;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Each second this instance asks to lead, and if it does it says so to all agents: a beat on Kafka
 * is the proof that database, Kafka and this process work, all three. On a thread of its own: a
 * beat that waits behind other work would not say what it is to say.
 */
@ApplicationScoped
public class LedgerBeats {
  private static final String KEY = "ledger";
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration DATABASE_LIMIT = Duration.ofMillis(1_500);
  private static final Duration DATABASE_SILENT = Duration.ofSeconds(2);
  private static final Duration KAFKA_LIMIT = Duration.ofSeconds(2);

  private final Leader leader;
  private final TopicOffsets offsets;
  private final JsonText json;
  private final InstantSource clock;
  private final Map<String, Object> client;
  private final String topic;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("ledger-beats").factory());

  private volatile HandOver handOver = HandOver.NEVER;
  private volatile BeatSilence silence = BeatSilence.from(System.nanoTime());
  private volatile long databaseAnsweredNanos = System.nanoTime();

  // Of the thread alone.
  private long number;
  private Optional<KafkaProducer<String, byte[]>> producer = Optional.empty();

  LedgerBeats(
      Leader leader,
      TopicOffsets offsets,
      JsonText json,
      InstantSource clock,
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix) {
    this.leader = leader;
    this.offsets = offsets;
    this.json = json;
    this.clock = clock;
    this.client = client;
    this.topic = prefix.orElse("") + Topics.LEDGER_BEATS;
  }

  void start(@Observes StartupEvent started) {
    thread.scheduleWithFixedDelay(this::tick, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  void stop(@Observes ShutdownEvent stopping) throws InterruptedException {
    thread.execute(this::close);
    thread.shutdown();
    if (!thread.awaitTermination(DATABASE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      thread.shutdownNow(); // the term ends by itself
    }
  }

  private void close() {
    producer.ifPresent(open -> open.close(Duration.ZERO));
    try {
      if (leader.leads()) {
        leader.resign().await().atMost(DATABASE_LIMIT);
      }
    } catch (RuntimeException away) {
      Log.debugf("The term of this leader ends by itself: %s", away.toString());
    }
  }

  /** Whether leases that are over may be ended now. */
  public boolean allowHandOver() {
    return leader.leads() && handOver.allows(System.nanoTime());
  }

  /**
   * Whether the ledger is away for all: this instance's database does not answer, and no other
   * instance has sent a beat either, although Kafka works.
   */
  boolean isLedgerAway() {
    long now = System.nanoTime();
    return now - databaseAnsweredNanos > DATABASE_SILENT.toNanos()
        && silence.isLongerThan(HandOver.GAP, now);
  }

  private void tick() {
    try {
      boolean leads = leads();
      databaseAnsweredNanos = System.nanoTime();
      if (leads) {
        beat();
        handOver = handOver.beat(System.nanoTime());
        return;
      }
      number = 0;
      handOver = HandOver.NEVER;
      listen();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | KafkaException away) {
      Log.warnf("No beat of the ledger: Kafka: %s", away.toString());
    } catch (RuntimeException away) {
      // A scheduled task that throws is never run again.
      Log.warnf("No beat of the ledger: %s", away.toString());
    }
  }

  private boolean leads() {
    try {
      return leader.lead().await().atMost(DATABASE_LIMIT);
    } catch (RuntimeException away) {
      listen(); // perhaps another instance can do what this one cannot
      throw away;
    }
  }

  private void listen() {
    Map<Integer, Long> ends = offsets.ends(Topics.LEDGER_BEATS).await().atMost(KAFKA_LIMIT);
    ends.values().forEach(end -> silence = silence.withEnd(end, System.nanoTime()));
  }

  private void beat() throws InterruptedException, ExecutionException, TimeoutException {
    number++;
    LedgerBeat beat = new LedgerBeat(leader.holder(), number, clock.instant());
    byte[] value = json.write(beat).getBytes(StandardCharsets.UTF_8);
    RecordMetadata beaten =
        producer()
            .send(new ProducerRecord<>(topic, KEY, value))
            .get(KAFKA_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    silence = silence.withEnd(beaten.offset() + 1, System.nanoTime());
  }

  private KafkaProducer<String, byte[]> producer() {
    if (producer.isEmpty()) {
      producer = Optional.of(newProducer());
    }
    return producer.get();
  }

  /** A beat is worth nothing later: what is not acknowledged in time is given up. */
  private KafkaProducer<String, byte[]> newProducer() {
    Map<String, Object> settings = new HashMap<>(client);
    settings.putAll(
        Map.of(
            "acks", "all",
            "linger.ms", "0",
            "max.block.ms", "1500",
            "request.timeout.ms", "1500",
            "delivery.timeout.ms", "1500",
            "reconnect.backoff.max.ms", "500",
            "socket.connection.setup.timeout.ms", "1500"));
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }
}
