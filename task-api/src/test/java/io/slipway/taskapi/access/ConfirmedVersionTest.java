package io.slipway.taskapi.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ConfirmedVersionTest {
  private long now = Long.MAX_VALUE - 1; // it may overflow at any time
  private int asked;
  private CompletableFuture<String> answer = new CompletableFuture<>();
  private final ConfirmedVersion version =
      new ConfirmedVersion(
          () -> {
            asked++;
            return answer;
          },
          () -> now);

  private void pass(int millis) {
    now += Duration.ofMillis(millis).toNanos();
  }

  @Test
  void shouldKnowNothingBeforeAnybodyAsked() {
    assertThat(version.now()).isEmpty();
    assertThat(asked).isZero();
  }

  @Test
  void shouldBeCertainForALimitedTimeAfterTheQuestion() {
    version.heard("1", now);

    pass(299);
    assertThat(version.now()).hasValue("1");
    assertThat(asked).isZero();
    pass(400);
    assertThat(version.now()).hasValue("1");
    pass(1);
    assertThat(version.now()).as("nobody confirmed it for 700 ms").isEmpty();
    assertThat(asked).as("one call at a time").isEqualTo(1);
  }

  @Test
  void shouldCountFromTheQuestionAndNotFromItsAnswer() {
    version.heard("1", now);
    pass(300);
    assertThat(version.now()).hasValue("1"); // asks
    pass(390);
    answer.complete("1");
    answer = new CompletableFuture<>();
    pass(309);
    assertThat(version.now()).hasValue("1");
    pass(1);
    assertThat(version.now()).isEmpty();
  }

  @Test
  void shouldTakeANewVersionAtOnceAndNoOlderAnswer() {
    version.heard("1", now);
    long before = now;
    pass(300);
    version.heard("2", now);
    version.heard("1", before);

    assertThat(version.now()).hasValue("2");
  }

  /** Many who come after a pause are one call, not one each. */
  @Test
  void shouldAskOnceForAllWhoWait() {
    version.heard("1", now);
    pass(700);
    assertThat(version.now()).isEmpty();
    CompletableFuture<Optional<String>> first = version.asked().toCompletableFuture();
    CompletableFuture<Optional<String>> second = version.asked().toCompletableFuture();
    assertThat(asked).isEqualTo(1);
    assertThat(first).isNotDone();

    pass(699);
    answer.complete("2");

    assertThat(first).isCompletedWithValue(Optional.of("2"));
    assertThat(second).isCompletedWithValue(Optional.of("2"));
  }

  @Test
  void shouldNotBeCertainWhenTheAnswerDoesNotComeInTime() {
    CompletableFuture<Optional<String>> late = version.asked().toCompletableFuture();
    pass(700);
    answer.complete("1");
    assertThat(late).isCompletedWithValue(Optional.empty());

    answer = CompletableFuture.failedFuture(new IllegalStateException("away"));
    assertThat(version.asked().toCompletableFuture()).isCompletedWithValue(Optional.empty());
  }

  @Test
  void shouldAskAgainAfterAFailure() {
    version.heard("1", now);
    pass(300);
    answer.completeExceptionally(new IllegalStateException("away"));
    assertThat(version.now()).hasValue("1");
    pass(300);
    assertThat(version.now()).hasValue("1");
    assertThat(asked).isEqualTo(2);
    pass(100);
    assertThat(version.now()).isEmpty();
  }
}
