package io.slipway.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryShareTest {
  @ParameterizedTest
  @CsvSource({
    "16, 4, 3072",
    "16, 1, 12288",
    "8, 64, 1024", // most runs of an agent with many slots take little
    "1, 4, 768"
  })
  void shouldLeaveAPartOfTheMachineToThePlatform(int machineGib, int slots, int mib) {
    assertThat(MemoryShare.of((long) machineGib << 30, slots)).isEqualTo((long) mib << 20);
  }
}
