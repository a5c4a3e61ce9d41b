package io.slipway.identity.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RememberedAccessTest {
  private long millis = 1_000;
  private final List<CompletableFuture<String>> reads = new ArrayList<>();
  private final RememberedAccess<String, String> access =
      new RememberedAccess<>(3, () -> Duration.ofMillis(millis).toNanos());

  private CompletableFuture<String> find(String key, String version) {
    return access
        .find(
            key,
            version,
            () -> {
              CompletableFuture<String> read = new CompletableFuture<>();
              reads.add(read);
              return read;
            })
        .toCompletableFuture();
  }

  private void know(String key, String version, String value) {
    CompletableFuture<String> found = find(key, version);
    reads.getLast().complete(value);
    assertThat(found).isCompletedWithValue(value);
  }

  @Test
  void shouldReadAgainAsSoonAsTheVersionIsAnother() {
    know("a", "1", "pull");
    assertThat(find("a", "1")).isCompletedWithValue("pull");
    assertThat(reads).hasSize(1);

    CompletableFuture<String> changed = find("a", "2");
    assertThat(changed).isNotDone();
    reads.getLast().complete("nothing");
    assertThat(changed).isCompletedWithValue("nothing");
    assertThat(find("a", "2")).isCompletedWithValue("nothing");
    assertThat(reads).hasSize(2);
  }

  /** An old version that is said again does not bring back what was known as of it. */
  @Test
  void shouldNotFallBackToAnOlderVersion() {
    know("a", "1", "pull");
    know("a", "2", "nothing");

    assertThat(find("a", "1")).isNotDone();
  }

  @Test
  void shouldKeepApartWhatIsAskedFor() {
    know("a", "1", "pull");
    know("b", "1", "push");

    assertThat(find("a", "1")).isCompletedWithValue("pull");
    assertThat(find("b", "1")).isCompletedWithValue("push");
  }

  @Test
  void shouldReadOnceForAllWhoAskMeanwhile() {
    CompletableFuture<String> first = find("a", "1");
    CompletableFuture<String> second = find("a", "1");
    assertThat(reads).hasSize(1);

    first.cancel(true); // whoever no longer waits takes nothing from the others
    reads.get(0).complete("pull");

    assertThat(second).isCompletedWithValue("pull");
    assertThat(find("a", "1")).isCompletedWithValue("pull");
  }

  @Test
  void shouldNotRememberAFailure() {
    CompletableFuture<String> failed = find("a", "1");
    reads.get(0).completeExceptionally(new IllegalStateException("the database is away"));
    assertThat(failed).isCompletedExceptionally();
    assertThat(access.size()).isZero();

    know("a", "1", "pull");
  }

  /** A read that fails late must not take away what was read as of a newer version. */
  @Test
  void shouldKeepTheNewerWhenTheOlderFails() {
    CompletableFuture<String> old = find("a", "1");
    know("a", "2", "nothing");
    reads.get(0).completeExceptionally(new IllegalStateException("too late"));

    assertThat(old).isCompletedExceptionally();
    assertThat(find("a", "2")).isCompletedWithValue("nothing");
  }

  @Test
  void shouldReadAgainAfterAMinute() {
    know("a", "1", "pull");
    millis += 59_999;
    assertThat(find("a", "1")).isCompletedWithValue("pull");
    millis += 1;
    assertThat(find("a", "1")).isNotDone();
  }

  @Test
  void shouldForgetTheLeastUsedWhenThereAreTooMany() {
    know("a", "1", "1");
    know("b", "1", "2");
    know("c", "1", "3");
    assertThat(find("a", "1")).isCompletedWithValue("1");
    know("d", "1", "4");

    assertThat(access.size()).isEqualTo(3);
    assertThat(find("a", "1")).isCompletedWithValue("1");
    assertThat(find("b", "1")).isNotDone();
    assertThat(access.size()).isEqualTo(3);
  }
}
