package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryPolicyTest {
  private final RetryPolicy policy =
      new RetryPolicy(3, Duration.ofMillis(200), Duration.ofSeconds(4));

  @ParameterizedTest
  @CsvSource({
    // tried, Retry-After, chance, pause
    "1, , 0, 100",
    "1, , 1, 200",
    "2, , 0, 200",
    "2, , 1, 400",
    "1, 1, 0, 1000",
    "1, 1, 1, 1100",
    "1, 4, 1, 4000",
    "1, 0, 0, 0",
    "3, , 0, ",
    "1, 5, 0, ",
    "1, 3600, 0, ",
  })
  void shouldWaitAsLong(int tried, String header, double chance, Long millis) {
    assertThat(policy.pause(tried, RetryPolicy.retryAfter(header), chance))
        .isEqualTo(Optional.ofNullable(millis).map(Duration::ofMillis));
  }

  @Test
  void shouldReadSecondsOnly() {
    assertThat(RetryPolicy.retryAfter("7")).contains(Duration.ofSeconds(7));
    assertThat(RetryPolicy.retryAfter("-7")).isEmpty();
    assertThat(RetryPolicy.retryAfter("Wed, 21 Oct 2026 07:28:00 GMT")).isEmpty();
    assertThat(RetryPolicy.retryAfter("99999999999999")).isEmpty();
    assertThat(RetryPolicy.retryAfter(null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"200, false", "401, false", "404, false", "429, true", "500, true", "503, true"})
  void shouldKnowWhatMayPass(int status, boolean isTransient) {
    assertThat(RetryPolicy.isTransient(status)).isEqualTo(isTransient);
  }
}
