package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.RequestDigest;
import io.slipway.contract.RunRequested;
import io.slipway.contract.Topics;
import io.slipway.e2e.Api;
import io.slipway.e2e.Cast;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Asks for runs until it is told to stop, by HTTP and by events, each under a key of its own. A
 * request whose answer was lost is repeated under its key; it counts as accepted when task-api
 * answered with 2xx, or Kafka acknowledged the event.
 */
final class Load {
  /** Runs that one load asks for at most. */
  private static final int MOST = 600;

  private static final Duration GRACE = Duration.ofMinutes(2);
  private static final long SHORTEST_PAUSE = 300;
  private static final int JITTER = 400;
  private static final int LONG_RUNS = 3;

  private final Map<String, String> accepted = new ConcurrentHashMap<>();
  private final Set<String> sent = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private final Stage stage;
  private final long seed;
  private volatile boolean stopped;
  private volatile long graceEnd = Long.MAX_VALUE;

  private Load(Stage stage, long seed) {
    this.stage = stage;
    this.seed = seed;
  }

  /** Begins with some long runs, then sends short ones by both ways. */
  static Load begin(Stage stage, long seed) {
    Load load = beginByHttp(stage, seed);
    load.senders.execute(load::sendEvents);
    return load;
  }

  /** By HTTP alone: what Kafka alone knows of is not in the ledger yet. */
  static Load beginByHttp(Stage stage, long seed) {
    Load load = new Load(stage, seed);
    for (int i = 0; i < LONG_RUNS; i++) {
      load.ask(Tasks.LONG);
    }
    load.senders.execute(load::sendRequests);
    return load;
  }

  /** A load of one's own making, without senders. */
  static Load byHand(Stage stage) {
    return new Load(stage, 0);
  }

  /** Sends nothing new and waits until every answer has come; fails if a request was refused. */
  void stop() throws InterruptedException {
    graceEnd = System.nanoTime() + GRACE.toNanos();
    stopped = true;
    senders.shutdown();
    if (!senders.awaitTermination(GRACE.toSeconds() + 60, TimeUnit.SECONDS)) {
      throw new AssertionError("senders did not stop");
    }
    assertThat(refused).as("requests that were refused").isEmpty();
  }

  /** Accepted requests: key and name of the task. */
  Map<String, String> accepted() {
    return Map.copyOf(accepted);
  }

  /** All keys, also those whose answers never came. */
  Set<String> sent() {
    return Set.copyOf(sent);
  }

  /** One request in the background, repeated until it is answered; answers its key. */
  String ask(String task) {
    String key = UUID.randomUUID().toString();
    sent.add(key);
    senders.execute(() -> request(key, task));
    return key;
  }

  private void sendRequests() {
    Random random = new Random(seed);
    while (!stopped && sent.size() < MOST) {
      ask(Tasks.SHORT);
      pause(random);
    }
  }

  private void sendEvents() {
    Random random = new Random(~seed);
    Map<String, Object> kafka = stage.platform().kafka("run-requester");
    kafka.put("max.block.ms", "120000");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(kafka, new StringSerializer(), new ByteArraySerializer())) {
      while (!stopped && sent.size() < MOST) {
        String key = UUID.randomUUID().toString();
        sent.add(key);
        try {
          producer.send(
              requested(key),
              (acknowledged, failed) -> {
                if (failed == null) {
                  accepted.put(key, Tasks.SHORT);
                }
              });
        } catch (UncheckedIOException | AssertionError away) {
          // Identity-service does not vouch for it now: this one is never sent.
        }
        pause(random);
      }
    }
  }

  private ProducerRecord<String, byte[]> requested(String key) {
    RunRequested requested = new RunRequested(Cast.REGISTRY, Tasks.SHORT, Map.of());
    byte[] body = bytes(requested);
    Map<String, String> headers = requested.headers(UUID.fromString(key), "/faults", Instant.now());
    String digest = RequestDigest.of(Cast.REGISTRY, headers, body);
    headers.put(RequestDigest.ASSERTION, stage.api().assertion(digest));
    ProducerRecord<String, byte[]> event =
        new ProducerRecord<>(Topics.RUN_REQUESTS, Cast.REGISTRY, body);
    headers.forEach(
        (name, value) -> event.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return event;
  }

  private static byte[] bytes(RunRequested requested) {
    try {
      return Api.JSON.writeValueAsBytes(requested);
    } catch (JsonProcessingException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void request(String key, String task) {
    ObjectNode body =
        Api.JSON
            .createObjectNode()
            .put("type", "TaskRunRequest")
            .put("taskId", stage.api().id("/tasks/" + task));
    while (System.nanoTime() < graceEnd) {
      try {
        Api.Answer answer =
            stage.api().call("POST", "/scheduleRun", body, Map.of("Idempotency-Key", key));
        if (answer.status() / 100 == 2) {
          accepted.put(key, task);
          return;
        }
        if (answer.status() / 100 == 4 && answer.status() != 429) {
          refused.add(answer.toString());
          return;
        }
      } catch (UncheckedIOException | AssertionError away) {
        // No answer, or no token: asked again under the same key.
      }
      rest(1000);
    }
  }

  private static void pause(Random random) {
    rest(SHORTEST_PAUSE + random.nextInt(JITTER));
  }

  private static void rest(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
