package io.slipway.taskapi.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.infra.TestInfra;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.TestOffsets;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.leader.TestLeader;
import io.slipway.taskapi.metrics.TestMetrics;
import io.slipway.taskapi.store.TestLedger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs on the real PostgreSQL, and how far they were read on the real Kafka. */
class LogsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestInfra infra = TestInfra.shared();
  private final String prefix = infra.topicPrefix() + UUID.randomUUID() + ".";
  private final LogWatch watch = new LogWatch();
  private TestLedger ledger;
  private LogStore store;
  private AppendLogs append;
  private Leader leader;
  private SealLostLogs seal;
  private TestOffsets offsets;

  @BeforeEach
  void start() {
    infra.createTopics(prefix);
    ledger = new TestLedger();
    offsets = new TestOffsets(infra.kafkaBootstrap(), prefix);
    SealedLogs sealed = new SealedLogs();
    leader = TestLeader.of(ledger);
    store = new LogStore(new LogRows(), sealed, InstantSource.system());
    append =
        new AppendLogs(
            ledger.transactions(), store, watch, TestMetrics.of(new SimpleMeterRegistry()));
    seal =
        new SealLostLogs(
            leader, store, sealed, offsets.offsets(), watch, InstantSource.system(), Duration.ZERO);
  }

  @AfterEach
  void stop() {
    offsets.close();
    ledger.close();
  }

  @Test
  void shouldKeepTheLogOfAShortRunInOneRow() {
    UUID run = ledger.startedRun(10);
    AtomicInteger woken = new AtomicInteger();
    watch.follow(run, woken::incrementAndGet);

    append(piece(run, 1, 0, "hello\r\n"), piece(run, 1, 7, "world\r\n"));
    append(piece(run, 1, 0, "hello\r\n"));

    assertThat(text(run)).isEqualTo("hello\r\nworld\r\n");
    assertThat(ledger.query("select count(*) from run_log")).isEqualTo("1");
    assertThat(ledger.query("select count(*) from log_chunk")).isEqualTo("0");
    assertThat(woken.get()).isPositive();
  }

  @Test
  void shouldKeepAShortLogInOneRowAlsoWhenItComesInPieces() {
    UUID run = ledger.startedRun(10_000);

    append(piece(run, 1, 0, "one "));
    append(piece(run, 1, 4, "two "));
    append(piece(run, 1, 4, "two "), piece(run, 1, 8, "three "));
    assertThat(ledger.query("select count(*) from log_chunk")).isEqualTo("0");

    append(piece(run, 1, 19, "five ")); // after a gap
    append(piece(run, 1, 14, "four "));
    append(piece(run, 1, 24, "six"));
    append(piece(run, 1, 27, "x".repeat(5_000)));

    assertThat(text(run)).isEqualTo("one two three four five six" + "x".repeat(5_000));
    assertThat(ledger.query("select octet_length(content) from run_log")).isEqualTo("14");
  }

  @Test
  void shouldNotWaitForAHeartbeatNorMakeOneWait() throws Exception {
    UUID run = ledger.startedRun(10);
    try (Connection heartbeat = ledger.connect()) {
      heartbeat.setAutoCommit(false);
      heartbeat.createStatement().execute("update run set lease_until = now() + interval '12 s'");

      append(piece(run, 1, 0, "hello\r\n"));

      heartbeat.rollback();
    }
    assertThat(text(run)).isEqualTo("hello\r\n");
  }

  @Test
  void shouldPutPiecesTogetherHoweverTheyCome() {
    for (int seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      List<UUID> runs = List.of(ledger.startedRun(1), ledger.startedRun(1), ledger.startedRun(1));
      List<Received> pieces = new ArrayList<>();
      StringBuilder whole = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        String line = "line " + i + "x".repeat(random.nextInt(20)) + "\r\n";
        for (UUID run : runs) {
          pieces.add(piece(run, 1, whole.length(), line));
        }
        whole.append(line);
      }
      pieces.addAll(pieces.subList(0, 9));
      Collections.shuffle(pieces, random);
      while (!pieces.isEmpty()) {
        List<Received> batch = pieces.subList(0, 1 + random.nextInt(pieces.size()));
        append(batch.toArray(Received[]::new));
        batch.clear();
      }
      for (UUID run : runs) {
        assertThat(text(run)).as("seed " + seed).isEqualTo(whole.toString());
      }
    }
  }

  @Test
  void shouldDropPiecesOfAnotherAttempt() {
    UUID run = ledger.startedRun(10);
    append(piece(run, 1, 0, "first\r\n"), piece(run, 1, 20, "behind a gap\r\n"));
    ledger.change("update run set attempt = 2");
    ledger.transactions().in(it -> store.begin(it, run)).await().atMost(LIMIT);

    append(piece(run, 1, 7, "late\r\n"), piece(run, 2, 7, "second\r\n"));

    assertThat(text(run)).isEqualTo("first\r\nsecond\r\n");
  }

  @Test
  void shouldNotDeclareLostWhatKafkaStillHas() {
    UUID run = endedRun(14);
    append(piece(run, 1, 0, "hello\r\n"));
    offsets.produce(Topics.RUN_LOGS, 0, 3);

    seal();
    seal();
    offsets.handled(Topics.RUN_LOGS, 0, 2);
    seal();
    assertThat(ledger.query("select sealed from run_log")).isEqualTo("f");

    offsets.handled(Topics.RUN_LOGS, 0, 3);
    seal();
    seal();
    assertThat(text(run)).isEqualTo("hello\r\n\r\nThe last 7 bytes of this log were lost.\r\n");
    assertThat(ledger.query("select sealed from run_log")).isEqualTo("t");
    assertThat(ledger.query("select count(*) from open_log")).isEqualTo("0");
  }

  @Test
  void shouldGoOnWithALogThatWasSealedTooSoon() {
    UUID run = endedRun(28);
    append(piece(run, 1, 0, "hello\r\n"), piece(run, 1, 14, "thrid\r\n"));
    seal();
    seal();
    assertThat(text(run))
        .isEqualTo(
            "hello\r\n\r\nThe next 7 bytes of this log were lost.\r\nthrid\r\n"
                + "\r\nThe last 7 bytes of this log were lost.\r\n");

    append(piece(run, 1, 7, "twice\r\n"));
    assertThat(text(run)).isEqualTo("hello\r\ntwice\r\nthrid\r\n");
    assertThat(ledger.query("select count(*) from open_log")).isEqualTo("1");

    append(piece(run, 1, 21, "forth\r\n"));
    seal();
    seal();
    assertThat(text(run)).isEqualTo("hello\r\ntwice\r\nthrid\r\nforth\r\n");
    assertThat(ledger.query("select sealed from run_log")).isEqualTo("f");
  }

  @Test
  void shouldForgetOpenLogsOfRunsThatNoLongerExist() {
    UUID run = endedRun(14);
    ledger.change("delete from run where uid = '" + run + "'");

    seal();
    seal();

    assertThat(ledger.query("select count(*) from open_log")).isEqualTo("0");
  }

  private UUID endedRun(int logBytes) {
    UUID run = ledger.startedRun(10);
    ledger.change(
        "update run set status = 'Succeeded', finished_at = now() - interval '1 s', log_bytes = "
            + logBytes
            + " where uid = '"
            + run
            + "'; insert into open_log values ('"
            + run
            + "', now() - interval '1 s')");
    return run;
  }

  private void seal() {
    leader.lead().await().atMost(LIMIT);
    seal.seal().await().atMost(LIMIT);
  }

  private void append(Received... pieces) {
    append.append(List.of(pieces)).await().atMost(LIMIT);
  }

  private String text(UUID run) {
    long length =
        Long.parseLong(ledger.query("select length from run_log where run_uid = '" + run + "'"));
    return ledger
        .transactions()
        .reading(it -> store.read(it, run, 0, length))
        .await()
        .atMost(LIMIT)
        .toString(StandardCharsets.UTF_8);
  }

  private static Received piece(UUID run, int attempt, long offset, String text) {
    RunRef ref = new RunRef(run, "aa1", "reg", null, attempt);
    return new Received(
        new EventAttributes(
            UUID.randomUUID(),
            "/x",
            EventType.LOG_APPENDED.type(),
            "",
            Instant.EPOCH,
            attempt,
            0,
            null),
        new LogAppended(ref, offset, text));
  }
}
