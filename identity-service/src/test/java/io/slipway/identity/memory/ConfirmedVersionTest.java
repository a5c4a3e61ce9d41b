package io.slipway.identity.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is remembered is used only as of a version that the database said a moment ago. */
class ConfirmedVersionTest {
  private long millis = 1_000;
  private final List<CompletableFuture<String>> reads = new ArrayList<>();
  private final ConfirmedVersion version =
      new ConfirmedVersion(this::read, () -> Duration.ofMillis(millis).toNanos());

  private CompletionStage<String> read() {
    CompletableFuture<String> read = new CompletableFuture<>();
    reads.add(read);
    return read;
  }

  private CompletableFuture<String> ask() {
    return version.now().toCompletableFuture();
  }

  @Test
  void shouldUseAFreshVersionAndReadAnOlderOneAgain() {
    CompletableFuture<String> first = ask();
    assertThat(first).isNotDone();
    millis += 10;
    reads.get(0).complete("1");
    assertThat(first).isCompletedWithValue("1");

    millis += 239; // 249 ms after the read was begun
    assertThat(ask()).isCompletedWithValue("1");
    assertThat(reads).hasSize(1);

    millis += 1;
    CompletableFuture<String> again = ask();
    assertThat(again).isNotDone();
    reads.get(1).complete("2");
    assertThat(again).isCompletedWithValue("2");
    assertThat(ask()).isCompletedWithValue("2");
    assertThat(reads).hasSize(2);
  }

  @Test
  void shouldReadOnceForAllWhoAskMeanwhile() {
    List<CompletableFuture<String>> all = List.of(ask(), ask(), ask());
    assertThat(reads).hasSize(1);

    all.get(0).cancel(true); // whoever no longer waits takes nothing from the others
    reads.get(0).complete("1");

    assertThat(all.get(1)).isCompletedWithValue("1");
    assertThat(all.get(2)).isCompletedWithValue("1");
  }

  @Test
  void rejectsAllWhileTheVersionCannotBeRead() {
    CompletableFuture<String> known = ask();
    reads.get(0).complete("1");
    assertThat(known).isCompletedWithValue("1");

    millis += 250;
    CompletableFuture<String> failing = ask();
    CompletableFuture<String> joined = ask();
    reads.get(1).completeExceptionally(new IllegalStateException("the database is away"));

    assertThat(failing).isCompletedExceptionally();
    assertThat(joined).isCompletedExceptionally();
    CompletableFuture<String> later = ask();
    assertThat(later).isNotDone();
    reads.get(2).complete("1");
    assertThat(later).isCompletedWithValue("1");
  }

  @Test
  void rejectsAReadThatCannotEvenBegin() {
    ConfirmedVersion broken =
        new ConfirmedVersion(
            () -> {
              throw new IllegalStateException("no connection");
            },
            () -> millis);

    assertThat(broken.now().toCompletableFuture()).isCompletedExceptionally();
    assertThat(broken.now().toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void shouldNotRelyOnAnAnswerThatTookTooLong() {
    CompletableFuture<String> asked = ask();
    millis += 600;
    reads.get(0).complete("1");

    assertThat(asked).isNotDone(); // it is read again
    millis += 599;
    reads.get(1).complete("2");
    assertThat(asked).isCompletedWithValue("2");
  }

  @Test
  void rejectsWhenEachReadTakesTooLong() {
    CompletableFuture<String> asked = ask();
    for (int read = 0; read < 3; read++) {
      assertThat(asked).isNotDone();
      millis += 600;
      reads.get(read).complete("1");
    }

    assertThat(reads).hasSize(3);
    assertThatThrownBy(asked::join).hasCauseInstanceOf(TimeoutException.class);
  }

  /** Who joins late is told a version as old as the read, so its age counts from there. */
  @Test
  void shouldCountTheAgeFromTheBeginOfTheRead() {
    CompletableFuture<String> first = ask();
    millis += 500;
    CompletableFuture<String> late = ask();
    millis += 150;
    reads.get(0).complete("1");

    assertThat(first).isNotDone();
    assertThat(late).isNotDone();
    reads.get(1).complete("2");
    assertThat(first).isCompletedWithValue("2");
    assertThat(late).isCompletedWithValue("2");
    assertThat(reads).hasSize(2);
  }
}
