package io.slipway.agent.event;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.Topics;
import io.slipway.contract.kafka.KafkaSettings;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Watches the ledger's beat on a thread of its own, so that an agent that cannot reach task-api
 * knows whether the ledger is away or only this agent is cut off. It asks Kafka where the topic
 * ends instead of reading it: a poll that brings nothing does not tell silence from an outage.
 */
@ApplicationScoped
public class LedgerWatch {
  private static final Logger LOG = Logger.getLogger(LedgerWatch.class);
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Map<String, Object> kafka;
  private final TopicPartition beats;
  private final Thread thread =
      Thread.ofPlatform().name("ledger-watch").daemon().unstarted(this::watch);
  private volatile @Nullable Seen seen;
  private volatile boolean stopped;

  /**
   * What Kafka said last; times are of {@link System#nanoTime()}.
   *
   * @param askedNanos when the question was sent
   * @param beatNanos when the last beat was noticed, or the watch began if there was none since
   */
  public record Seen(long askedNanos, long beatNanos) {}

  LedgerWatch(@Identifier("default-kafka-broker") Map<String, Object> kafka, AgentConfig config) {
    this.kafka = kafka;
    this.beats =
        new TopicPartition(config.kafka().topicPrefix().orElse("") + Topics.LEDGER_BEATS, 0);
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** What Kafka said last; null before its first answer. */
  public @Nullable Seen seen() {
    return seen;
  }

  private void watch() {
    while (!stopped) {
      try (KafkaConsumer<byte[], byte[]> kafka = consumer()) {
        ask(kafka);
      } catch (InterruptedException over) {
        return;
      } catch (RuntimeException | Error broken) {
        // An agent that no longer watches would take every outage for its own, and stop its runs.
        if (!stopped) {
          LOG.warnf("beats of the ledger: %s; asking again", broken);
          pause();
        }
      }
    }
  }

  private void ask(KafkaConsumer<byte[], byte[]> kafka) throws InterruptedException {
    kafka.assign(Set.of(beats));
    long known = -1;
    long beat = System.nanoTime();
    while (!stopped) {
      long asked = System.nanoTime();
      try {
        Long end = kafka.endOffsets(Set.of(beats), LIMIT).get(beats);
        if (end != null) {
          if (end != known) {
            known = end;
            beat = System.nanoTime();
          }
          seen = new Seen(asked, beat);
        }
      } catch (KafkaException away) {
        KafkaSettings.advice(away)
            .ifPresentOrElse(
                advice -> LOG.errorf("beats of the ledger: %s: %s", away.getMessage(), advice),
                () -> LOG.debugf("beats of the ledger: %s", away.getMessage()));
      }
      Thread.sleep(EVERY);
    }
  }

  private void pause() {
    try {
      Thread.sleep(EVERY);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  /** A client of its own; a test replaces it. */
  KafkaConsumer<byte[], byte[]> consumer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.putAll(
        Map.of(
            "enable.auto.commit",
            "false",
            "allow.auto.create.topics",
            "false",
            // A Kafka that is back must be noticed within the second that its answers count.
            "request.timeout.ms",
            "" + LIMIT.toMillis(),
            "socket.connection.setup.timeout.ms",
            "" + LIMIT.toMillis(),
            "reconnect.backoff.max.ms",
            "" + EVERY.toMillis()));
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
