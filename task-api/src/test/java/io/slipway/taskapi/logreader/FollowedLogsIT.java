package io.slipway.taskapi.logreader;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.taskapi.log.LogWatch;
import io.slipway.taskapi.log.TestLogs;
import io.slipway.taskapi.log.text.RunLog;
import io.slipway.taskapi.metrics.TestMetrics;
import io.slipway.taskapi.store.TestLedger;
import io.slipway.taskapi.store.TestQueries;
import io.slipway.taskapi.support.Eventually;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Readers that follow a log on the real PostgreSQL. */
class FollowedLogsIT {
  private static final Duration NEVER = Duration.ofHours(1);

  private final LogWatch watch = new LogWatch();
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicInteger questions = new AtomicInteger();
  private volatile Uni<Boolean> allowed = Uni.createFrom().item(true);
  private final List<AssertSubscriber<FollowedLogs.Look>> readers = new ArrayList<>();
  private TestLedger ledger;
  private TestLogs here;
  private TestLogs elsewhere;
  private ReadLog readLog;
  private FollowedLogs logs;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
    var metrics = TestMetrics.of(new SimpleMeterRegistry());
    here = new TestLogs(ledger, watch, metrics);
    elsewhere = new TestLogs(ledger, new LogWatch(), metrics);
    readLog =
        new ReadLog(TestQueries.of(ledger), here.store()) {
          @Override
          Uni<Map<UUID, RunLog>> heads(UUID[] runs) {
            questions.incrementAndGet();
            return super.heads(runs);
          }

          @Override
          Uni<Buffer> bytes(UUID runUid, long from, long to) {
            reads.incrementAndGet();
            return super.bytes(runUid, from, to);
          }
        };
    logs = logs(NEVER, NEVER);
  }

  @AfterEach
  void stop() {
    readers.forEach(AssertSubscriber::cancel);
    logs.close();
    ledger.close();
  }

  private FollowedLogs logs(Duration poll, Duration recheck) {
    return new FollowedLogs(readLog, watch, ledger.vertx(), poll, recheck);
  }

  @Test
  void shouldShowWhatThisInstanceStoresWithoutAskingAgainAndAgain() {
    UUID run = ledger.startedRun(10);
    var first = follow(run);
    var second = follow(run);
    Eventually.holds(() -> assertThat(questions.get()).isPositive());

    here.append(run, 0, "one\r\n");
    here.append(run, 5, "two\r\n");

    Eventually.holds(() -> {
      assertThat(text(first)).isEqualTo("one\r\ntwo\r\n");
      assertThat(text(second)).isEqualTo("one\r\ntwo\r\n");
    });
    int asked = questions.get();
    end(run, 10);
    watch.changed(List.of(run));
    first.awaitCompletion(Duration.ofSeconds(20));
    second.awaitCompletion(Duration.ofSeconds(20));
    assertThat(questions.get() - asked).isLessThanOrEqualTo(4);
    assertThat(first.getItems().getLast().complete()).isEqualTo("successful");
  }

  @Test
  void shouldReadOnceForAllReadersThatAreAtTheEnd() {
    UUID run = ledger.startedRun(10);
    for (int i = 0; i < 50; i++) {
      follow(run);
    }
    Eventually.holds(() -> assertThat(questions.get()).isPositive());

    here.append(run, 0, "one\r\n");

    Eventually.holds(() -> assertThat(readers).allMatch(it -> text(it).equals("one\r\n")));
    assertThat(reads.get()).isLessThan(10);
  }

  @Test
  void shouldShowWhatAnotherInstanceStores() {
    logs.close();
    logs = logs(Duration.ofMillis(100), NEVER);
    UUID run = ledger.startedRun(10);
    var reader = follow(run);

    elsewhere.append(run, 0, "one\r\n");

    Eventually.holds(() -> assertThat(text(reader)).isEqualTo("one\r\n"));
  }

  static List<Uni<Boolean>> refusals() {
    return List.of(
        Uni.createFrom().item(false),
        Uni.createFrom().failure(new IllegalStateException("nobody can be asked")));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void shouldEndWhenTheRightIsGoneOrNobodyCanSay(Uni<Boolean> refusal) {
    logs.close();
    logs = logs(NEVER, Duration.ofMillis(100));
    UUID run = ledger.startedRun(10);
    var reader = follow(run);
    here.append(run, 0, "one\r\n");
    Eventually.holds(() -> assertThat(text(reader)).isEqualTo("one\r\n"));

    allowed = refusal;

    reader.awaitCompletion(Duration.ofSeconds(20));
    here.append(run, 5, "two\r\n");
    assertThat(text(reader)).isEqualTo("one\r\n");
  }

  @Test
  void shouldEndWhenTheRunWasDeleted() {
    logs.close();
    // So seldom that the run is deleted before the first look.
    logs = logs(Duration.ofSeconds(1), NEVER);
    UUID run = ledger.startedRun(10);
    var reader = follow(run);
    here.append(run, 0, "one\r\n");
    Eventually.holds(() -> assertThat(text(reader)).isEqualTo("one\r\n"));

    ledger.change("delete from run");

    reader.awaitCompletion(Duration.ofSeconds(20));
  }

  @Test
  void shouldReadNoMoreThanASlowReaderAsksFor() {
    UUID run = ledger.startedRun(10);
    for (int i = 0; i < 40; i++) {
      here.append(run, i * 60_000L, "x".repeat(59_998) + "\r\n");
    }
    AssertSubscriber<FollowedLogs.Look> slow = AssertSubscriber.create(1);
    readers.add(slow);
    logs.follow(run, 0, () -> Uni.createFrom().item(true)).subscribe().withSubscriber(slow);

    slow.awaitItems(1, Duration.ofSeconds(20));
    assertThat(reads.get()).isLessThanOrEqualTo(2);
    slow.request(100);
    Eventually.holds(() -> assertThat(text(slow)).hasSize(2_400_000));
  }

  @Test
  void shouldLimitHowManyStreamsOneReaderHas() {
    StreamPlaces places = new StreamPlaces(3, 2);
    places.take("a");
    places.take("a");
    assertThat(places.hasRoom("a")).isFalse();
    assertThat(places.hasRoom("b")).isTrue();
    places.take("b");
    assertThat(places.hasRoom("b")).isFalse();
    places.give("a");
    assertThat(places.hasRoom("a")).isTrue();
  }

  private AssertSubscriber<FollowedLogs.Look> follow(UUID run) {
    AssertSubscriber<FollowedLogs.Look> reader = AssertSubscriber.create(Long.MAX_VALUE);
    logs.follow(run, 0, () -> allowed).subscribe().withSubscriber(reader);
    readers.add(reader);
    return reader;
  }

  private void end(UUID run, int bytes) {
    ledger.change(
        "update run set status = 'Succeeded', finished_at = now(), log_bytes = "
            + bytes
            + " where uid = '"
            + run
            + "'");
  }

  private static String text(AssertSubscriber<FollowedLogs.Look> reader) {
    StringBuilder text = new StringBuilder();
    List.copyOf(reader.getItems())
        .forEach(look -> text.append(look.bytes().toString(StandardCharsets.UTF_8)));
    return text.toString();
  }
}
