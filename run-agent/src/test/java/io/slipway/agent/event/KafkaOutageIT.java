package io.slipway.agent.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.slipway.agent.StoppableKafka;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventSignature;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.Topics;
import io.slipway.infra.KafkaTopics;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real Kafka is stopped while a run prints, the agent is restarted, and nothing is missing. */
@Timeout(120)
class KafkaOutageIT {
  /** More than the producer may keep in memory. */
  private static final int PIECES = 1_200;

  private static final int PIECE = 64 * 1024;
  private static final byte[] KEY = new byte[32];
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static StoppableKafka kafka;

  private final Path spoolFolder = folder.resolve("spool-" + UUID.randomUUID());
  private final RunRef run = new RunRef(UUID.randomUUID(), "cf10", "myregistry", null, 1);
  private final RunRef other = new RunRef(UUID.randomUUID(), "cf11", "myregistry", null, 1);

  @BeforeAll
  static void startKafka() throws Exception {
    kafka = new StoppableKafka(folder);
    KafkaTopics.create(kafka.bootstrap(), "", "default");
  }

  @AfterAll
  static void stopKafka() throws Exception {
    kafka.close();
  }

  @Test
  void shouldLoseNothingWhileKafkaIsStoppedAndTheAgentRestarted() throws Exception {
    RecordProducer producer = new RecordProducer(Map.of("bootstrap.servers", kafka.bootstrap()));
    Spools spools = spools(producer);
    spools.sendLeftovers();
    AttemptEvents events = spools.open(run.runUid(), 1, KEY);
    AttemptEvents others = spools.open(other.runUid(), 1, KEY);
    assertThat(events.awaitAcknowledged(start(events, run, 0), LONG)).isTrue();
    assertThat(others.awaitAcknowledged(start(others, other, 0), LONG)).isTrue();

    kafka.stop();
    for (int number = 1; number <= PIECES; number++) {
      long unused = events.log(attributes(number), piece(number - 1));
      events.pace();
    }
    long end = start(events, run, PIECES + 1);
    assertThat(events.awaitAcknowledged(end, Duration.ofSeconds(1))).isFalse();
    long unused = start(others, other, 1);
    assertThat(spools.store()).as("attempts with something to keep").isEqualTo(2);
    producer.close(Duration.ZERO);
    spools.stop();
    assertThat(files()).hasSize(2);

    RecordProducer next = new RecordProducer(Map.of("bootstrap.servers", kafka.bootstrap()));
    Spools nextSpools = spools(next);
    nextSpools.sendLeftovers();
    kafka.goOn();
    awaitNoFiles();
    next.close(LONG);
    nextSpools.stop();

    assertThat(sequences(Topics.RUN_LOGS, run))
        .isEqualTo(Stream.iterate(1L, n -> n + 1).limit(PIECES).toList());
    assertThat(sequences(Topics.RUN_EVENTS, run)).containsExactly(0L, PIECES + 1L);
    assertThat(sequences(Topics.RUN_EVENTS, other)).containsExactly(0L, 1L);
  }

  @Test
  void shouldOpenNoFileWhileKafkaAnswers() throws Exception {
    RecordProducer producer = new RecordProducer(Map.of("bootstrap.servers", kafka.bootstrap()));
    Spools spools = spools(producer);
    AttemptEvents events = spools.open(run.runUid(), 1, KEY);
    long last = 0;
    for (int number = 0; number < PIECES; number++) {
      last = events.log(attributes(number), piece(number));
      events.pace();
    }
    assertThat(events.awaitAcknowledged(last, LONG)).isTrue();
    assertThat(spoolFolder).as("the folder of files that never were").doesNotExist();
    producer.close(LONG);
    spools.stop();
  }

  private Spools spools(RecordProducer producer) {
    ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
    return new Spools(spoolFolder, 1L << 30, new EventRecords(json, ""), producer);
  }

  private static long start(AttemptEvents events, RunRef run, int number) {
    return events.event(attributes(number), new RunStarted(run, "agent", Instant.EPOCH));
  }

  private LogAppended piece(long number) {
    return new LogAppended(run, number * PIECE, "x".repeat(PIECE - 2) + "\r\n");
  }

  private static EventAttributes attributes(int number) {
    return new EventAttributes(
        UUID.randomUUID(), "/test", "type", "runs/cf10", Instant.EPOCH, 1, number, null);
  }

  private List<Path> files() throws Exception {
    if (!Files.exists(spoolFolder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(spoolFolder)) {
      return files.toList();
    }
  }

  private void awaitNoFiles() throws Exception {
    long until = System.nanoTime() + LONG.toNanos();
    while (!files().isEmpty()) {
      assertThat(System.nanoTime()).as("%s", files()).isLessThan(until);
      Thread.sleep(100);
    }
  }

  /** Numbers of a run's events in a topic, in the order in which each came first. */
  private static List<Long> sequences(String topic, RunRef run) {
    List<Long> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrap(), "auto.offset.reset", "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.key().equals(run.runUid().toString())) {
            found.add(Long.valueOf(text(record, "ce_sequence")));
            assertThat(text(record, EventSignature.HEADER)).isEqualTo(signature(record));
          }
        }
      }
    }
    return found.stream().distinct().toList();
  }

  private static String signature(ConsumerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record.headers().forEach(one -> headers.put(one.key(), text(record, one.key())));
    return EventSignature.of(KEY, record.key(), headers, record.value());
  }

  private static String text(ConsumerRecord<String, byte[]> record, String header) {
    return new String(record.headers().lastHeader(header).value(), StandardCharsets.UTF_8);
  }
}
