package io.slipway.agent.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.Topics;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Publishes the events of attempts, all with one producer. */
@ApplicationScoped
public class EventPublisher {
  private static final Logger LOG = Logger.getLogger(EventPublisher.class);
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final RecordProducer producer;
  private final Spools spools;
  private final String prefix;

  EventPublisher(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      AgentConfig config,
      ObjectMapper json,
      MeterRegistry meters) {
    this.prefix = config.kafka().topicPrefix().orElse("");
    this.producer = new RecordProducer(kafka);
    this.spools =
        new Spools(
            config.agent().dataDir().resolve("spool"),
            config.agent().spoolLimit(),
            new EventRecords(json, prefix),
            producer);
    Gauge.builder("slipway.agent.spool.bytes", spools::bytes)
        .description("Bytes of events and logs that wait on the disk for Kafka")
        .register(meters);
  }

  /** After the folder is locked, which comes before all else. */
  void start(@Observes StartupEvent event) throws IOException {
    spools.sendLeftovers();
    producer.prepare(List.of(prefix + Topics.RUN_EVENTS, prefix + Topics.RUN_LOGS));
  }

  /**
   * Begins the events of an attempt; touches neither disk nor network.
   *
   * @param signingKey key that came with the claim, in base64url; null if none did
   */
  public AttemptEvents open(UUID runUid, int attempt, @Nullable String signingKey) {
    return spools.open(
        runUid, attempt, signingKey == null ? null : Base64.getUrlDecoder().decode(signingKey));
  }

  /** What Kafka does not take in time waits on disk for the next start. */
  @PreDestroy
  void close() {
    int waiting = spools.store();
    producer.close(LAST_WORDS);
    int left = waiting == 0 ? 0 : spools.store();
    spools.stop();
    if (left > 0) {
      LOG.warnf(
          "Kafka has not taken the events of %d runs; they stay on disk until the next start",
          left);
    }
  }
}
