package io.slipway.builder.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
  @ParameterizedTest
  @ValueSource(strings = {"server", "Server-1", "0", "a", "0f3c9a1b2d4e"})
  void shouldKeepWhatIsOne(String name) {
    assertThat(HostName.of(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "acb_step_0,acb-step-0",
    "with.dots.in-it,with-dots-in-it",
    "_private_,private",
    "-a-,a",
    "...,container",
    "'',container",
    "größe,gr--e"
  })
  void shouldReplaceWhatAHostNameMayNotHold(String name, String expected) {
    assertThat(HostName.of(name)).isEqualTo(expected);
  }

  @Test
  void shouldCutALongOneToALabel() {
    assertThat(HostName.of("x".repeat(128))).isEqualTo("x".repeat(63));
    assertThat(HostName.of("x".repeat(62) + "_y".repeat(30))).isEqualTo("x".repeat(62));
  }
}
