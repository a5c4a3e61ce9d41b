package io.slipway.taskapi.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.infra.TestInfra;
import io.slipway.taskapi.support.Eventually;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One bad record, or one slow partition, never stops the others: on a real Kafka. */
class TopicReadersIT {
  private final TestInfra infra = TestInfra.shared();
  private final String prefix = infra.topicPrefix() + UUID.randomUUID() + ".";
  private final Map<String, Object> client = Map.of("bootstrap.servers", infra.kafkaBootstrap());
  private final ObjectMapper json =
      new ObjectMapper()
          .registerModule(new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  private final TestTopics topics = new TestTopics(client, prefix);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<EventCodec.Received> seen = new CopyOnWriteArrayList<>();
  private Vertx vertx;
  private TopicReaders readers;
  private Publisher publisher;
  private Batch batch;
  private KafkaProducer<String, byte[]> producer;

  @BeforeEach
  void start() {
    infra.createTopics(prefix);
    vertx = Vertx.vertx();
    readers = readers();
    publisher = new Publisher(client, Optional.of(prefix));
    batch = new Batch(TestPublisher.codec(json), new DeadLetters(publisher, meters), meters);
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", infra.kafkaBootstrap(), "acks", "all"),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    readers.close();
    publisher.close();
    producer.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private TopicReaders readers() {
    return new TopicReaders(
        client, Optional.of(prefix), Duration.ofSeconds(8), new ReadTopic(vertx), meters);
  }

  @Test
  void shouldGoOnBesideAPartitionThatWaits() throws Exception {
    CompletableFuture<Void> held = new CompletableFuture<>();
    List<String> handled = new CopyOnWriteArrayList<>();
    readers.open(
        Topics.RUN_EVENTS,
        100,
        records -> {
          Uni<Void> work =
              records.stream().anyMatch(it -> it.partition() == 0)
                  ? Uni.createFrom().completionStage(held)
                  : Uni.createFrom().voidItem();
          return work.invoke(() -> records.forEach(one -> handled.add(text(one))));
        });

    send(0, "waits");
    for (int i = 0; i < 5; i++) {
      send(1, "b" + i);
      send(2, "c" + i);
    }

    Eventually.holds(() ->
        assertThat(handled)
            .contains("b0", "b1", "b2", "b3", "b4", "c0", "c1", "c2", "c3", "c4")
            .doesNotContain("waits"));
    assertThat(handled.stream().filter(it -> it.startsWith("b")))
        .containsExactly("b0", "b1", "b2", "b3", "b4");
    Eventually.equal(5L, () -> committed(1));
    assertThat(committed(0)).isZero();
    assertThat(readers.stuck(Duration.ofMillis(1))).containsKey(Topics.RUN_EVENTS);
    assertThat(new StreamsMove(readers, Duration.ofMillis(1)).call().getStatus().name())
        .isEqualTo("DOWN");

    held.complete(null);
    Eventually.equal(1L, () -> committed(0));
    assertThat(handled).contains("waits");
    assertThat(new StreamsMove(readers, Duration.ofSeconds(60)).call().getStatus().name())
        .isEqualTo("UP");
  }

  @Test
  void shouldHandleTogetherWhatAPollBrings() throws Exception {
    for (int partition = 0; partition < 3; partition++) {
      send(partition, "first");
      send(partition, "second");
    }
    List<List<ConsumerRecord<String, byte[]>>> batches = new CopyOnWriteArrayList<>();
    readers.open(
        Topics.RUN_EVENTS,
        100,
        records -> {
          batches.add(records);
          return Uni.createFrom().voidItem();
        });

    for (int partition = 0; partition < 3; partition++) {
      int one = partition;
      Eventually.equal(2L, () -> committed(one));
      assertThat(batches.stream().flatMap(List::stream).filter(it -> it.partition() == one))
          .extracting(TopicReadersIT::text)
          .containsExactly("first", "second");
    }
    assertThat(batches).anyMatch(it -> partitions(it) > 1);
  }

  /** All wait in Kafka before, so the first attempt has those of the partition that waits, too. */
  @Test
  void shouldPartFromAPartitionThatWaits() throws Exception {
    for (int partition = 0; partition < 3; partition++) {
      send(partition, "a" + partition);
    }
    CompletableFuture<Void> held = new CompletableFuture<>();
    List<String> handled = new CopyOnWriteArrayList<>();
    readers.open(
        Topics.RUN_EVENTS,
        100,
        records -> {
          Uni<Void> work =
              records.stream().anyMatch(it -> it.partition() == 0)
                  ? Uni.createFrom().completionStage(held)
                  : Uni.createFrom().voidItem();
          return work.invoke(() -> records.forEach(one -> handled.add(text(one))));
        });

    Eventually.holds(() -> assertThat(handled).containsExactlyInAnyOrder("a1", "a2"));
    send(1, "b1");
    send(2, "b2");
    Eventually.holds(() -> assertThat(handled).containsExactlyInAnyOrder("a1", "a2", "b1", "b2"));
    Eventually.equal(2L, () -> committed(1));
    assertThat(committed(0)).isZero();

    held.complete(null);
    Eventually.equal(1L, () -> committed(0));
  }

  @Test
  void shouldGiveUpOnlyTheBadRecordOfSeveralPartitions() throws Exception {
    RunRef bad = new RunRef(UUID.randomUUID(), "bad", "r", "t", 1);
    for (int i = 0; i < 30; i++) {
      RunRef run = i == 17 ? bad : new RunRef(UUID.randomUUID(), "x" + i, "r", "t", 1);
      send(i % 3, headers(EventType.RUN_COMPLETED.type()), end(run, "SUCCEEDED"));
    }
    read(events ->
        events.stream().anyMatch(it -> ((RunCompleted) it.event()).run().equals(bad))
            ? Uni.createFrom().failure(new IllegalStateException("cannot be"))
            : Uni.createFrom().voidItem());

    for (int partition = 0; partition < 3; partition++) {
      int one = partition;
      Eventually.equal(10L, () -> committed(one));
    }
    assertThat(seen).hasSize(29);
    assertThat(meters.counter("slipway.dead", "source", Topics.RUN_EVENTS).count()).isEqualTo(1);
  }

  @Test
  void shouldHandleAgainWhatWasUnderWayWhenAReaderStopped() throws Exception {
    readers.open(Topics.RUN_EVENTS, 100, records -> Uni.createFrom().nothing());
    send(0, "unfinished");
    Eventually.holds(
        () -> assertThat(readers.stuck(Duration.ofMillis(1))).containsKey(Topics.RUN_EVENTS));
    readers.close();

    List<String> handled = new CopyOnWriteArrayList<>();
    readers = readers();
    readers.open(
        Topics.RUN_EVENTS,
        100,
        records -> {
          records.forEach(one -> handled.add(text(one)));
          return Uni.createFrom().voidItem();
        });

    Eventually.holds(() -> assertThat(handled).containsExactly("unfinished"));
  }

  /** With Kafka's own 45 seconds nothing would have moved by the time that this gives up. */
  @Test
  void shouldTakeOverFromAReaderThatWasKilled() throws Exception {
    Process killed =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledReader.class.getName(),
                infra.kafkaBootstrap(),
                prefix,
                Topics.RUN_REQUESTS)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      Eventually.equal(3, () -> topics.partitionsOfMembers(Topics.RUN_REQUESTS));
    } finally {
      killed.destroyForcibly().waitFor();
    }
    List<Integer> handled = new CopyOnWriteArrayList<>();
    readers.open(
        Topics.RUN_REQUESTS,
        100,
        records -> {
          records.forEach(one -> handled.add(one.partition()));
          return Uni.createFrom().voidItem();
        });

    for (int partition = 0; partition < 3; partition++) {
      producer
          .send(new ProducerRecord<>(prefix + Topics.RUN_REQUESTS, partition, "k", new byte[1]))
          .get();
    }

    Eventually.holds(() -> assertThat(handled).contains(0, 1, 2));
  }

  @Test
  void shouldPutAsideWhatDoesNotFitAndGoOn() throws Exception {
    read(events -> Uni.createFrom().voidItem());
    Map<String, String> huge = headers(EventType.RUN_COMPLETED.type());
    huge.put("ce_id", "x".repeat(600_000));
    send(0, huge, new byte[300_000]);
    send(0, headers(EventType.RUN_COMPLETED.type()), "null".getBytes(StandardCharsets.UTF_8));
    send(0, headers(EventType.RUN_COMPLETED.type()), "{}".getBytes(StandardCharsets.UTF_8));
    send(0, headers(EventType.RUN_COMPLETED.type()), null);
    send(0, headers("com.example.other"), "{}".getBytes(StandardCharsets.UTF_8));
    send(0, headers(EventType.RUN_COMPLETED.type()), end("SUCCEEDED"));

    Eventually.holds(() -> assertThat(seen).hasSize(1));
    assertThat(meters.counter("slipway.dead", "source", Topics.RUN_EVENTS).count()).isEqualTo(4);
    assertThat(meters.counter("slipway.events.ignored", "type", "unknown").count()).isEqualTo(1);
    Eventually.equal(4L, () -> topics.size(Topics.dead(Topics.RUN_EVENTS)));
  }

  @Test
  void shouldEndARunWhoseOutcomeIsOfANewerVersion() throws Exception {
    read(events -> Uni.createFrom().voidItem());
    send(0, headers(EventType.RUN_COMPLETED.type()), end("SUPERSEDED"));

    Eventually.holds(() -> assertThat(seen).hasSize(1));
    assertThat(((RunCompleted) seen.getFirst().event()).outcome()).isEqualTo(RunOutcome.ERROR);
    assertThat(((RunCompleted) seen.getFirst().event()).error()).contains("not known");
  }

  @Test
  void shouldGiveUpOnlyTheRecordThatCannotBeApplied() throws Exception {
    RunRef bad = new RunRef(UUID.randomUUID(), "bad", "r", "t", 1);
    read(events ->
        events.stream().anyMatch(it -> ((RunCompleted) it.event()).run().equals(bad))
            ? Uni.createFrom().failure(new IllegalStateException("cannot be"))
            : Uni.createFrom().voidItem());
    for (int i = 0; i < 40; i++) {
      RunRef run = i == 17 ? bad : new RunRef(UUID.randomUUID(), "x" + i, "r", "t", 1);
      send(0, headers(EventType.RUN_COMPLETED.type()), end(run, "SUCCEEDED"));
    }

    Eventually.equal(40L, () -> committed(0));
    assertThat(seen).hasSize(39);
    assertThat(meters.counter("slipway.dead", "source", Topics.RUN_EVENTS).count()).isEqualTo(1);
  }

  /** Notes the events that the work took. */
  private void read(Function<List<EventCodec.Received>, Uni<Void>> work) {
    readers.open(
        Topics.RUN_EVENTS,
        100,
        batch.work(
            Topics.RUN_EVENTS,
            Set.of(EventType.RUN_COMPLETED),
            events -> work.apply(events).invoke(() -> seen.addAll(events))));
  }

  private byte[] end(String outcome) throws Exception {
    return end(new RunRef(UUID.randomUUID(), "x1", "r", "t", 1), outcome);
  }

  private byte[] end(RunRef run, String outcome) throws Exception {
    byte[] event =
        json.writeValueAsBytes(
            new RunCompleted(
                run, RunOutcome.SUCCEEDED, null, Instant.EPOCH, 0, List.of(), List.of()));
    return new String(event, StandardCharsets.UTF_8)
        .replace("SUCCEEDED", outcome)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> headers(String type) {
    return new HashMap<>(
        new EventAttributes(UUID.randomUUID(), "/x", type, "", Instant.EPOCH, 1, 0, null)
            .toHeaders("x", "/schema"));
  }

  private void send(int partition, String text) throws Exception {
    send(partition, Map.of(), text.getBytes(StandardCharsets.UTF_8));
  }

  private void send(int partition, Map<String, String> headers, byte[] value) throws Exception {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(prefix + Topics.RUN_EVENTS, partition, "key", value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    producer.send(record).get();
  }

  private long committed(int partition) {
    return topics.committed(Topics.RUN_EVENTS, partition);
  }

  private static long partitions(List<ConsumerRecord<String, byte[]>> records) {
    return records.stream().map(ConsumerRecord::partition).distinct().count();
  }

  private static String text(ConsumerRecord<String, byte[]> record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }
}
