package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionDaysTest {

  @Test
  void shouldReadDaysAndForever() {
    assertThat(RetentionDays.of(Map.of())).isEmpty();
    assertThat(RetentionDays.of(Map.of(RetentionDays.TAG, "7"))).contains(Duration.ofDays(7));
    assertThat(RetentionDays.of(Map.of(RetentionDays.TAG, "forever")))
        .contains(RetentionDays.FOREVER);
    RetentionDays.check(Map.of("other", "x"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5", "10000", "a", "Forever "})
  void shouldRefuseAnythingElse(String days) {
    assertThat(RetentionDays.of(Map.of(RetentionDays.TAG, days))).isEmpty();
    assertThatThrownBy(() -> RetentionDays.check(Map.of(RetentionDays.TAG, days)))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessageContaining("slipway.retention-days");
  }
}
