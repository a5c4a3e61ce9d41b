package io.slipway.builder.interpreter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstructionValuesTest {

  @ParameterizedTest
  @CsvSource({
    "1m30s, PT1M30S",
    "1.5h, PT1H30M",
    "300ms, PT0.3S",
    ".5s, PT0.5S",
    "5.s, PT5S",
    "+1m, PT1M",
    "1ms, PT0.001S",
    "1000us, PT0.001S",
    "1000µs, PT0.001S",
    "1000000ns, PT0.001S",
    "0, PT0S",
    "-0, PT0S",
    "0s, PT0S"
  })
  void shouldReadDurationsThatDockerReads(String text, Duration duration) {
    assertThat(InstructionValues.duration("interval", text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1", ".s", "1s ", "1s2", "- 1s", "1d", "1e3s", "9999999999999h"})
  void rejectsTextsThatAreNoDuration(String text) {
    assertThatThrownBy(() -> InstructionValues.duration("interval", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--interval=" + text + " is not a valid duration");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1h", "-.5s", "999us", "1ns"})
  void rejectsLessThanAMillisecondAsDockerDoes(String text) {
    assertThatThrownBy(() -> InstructionValues.duration("interval", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--interval=" + text + " is less than 1ms");
  }
}
