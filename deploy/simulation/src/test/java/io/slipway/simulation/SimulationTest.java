package io.slipway.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationTest {
  private static final long FIRST = Long.getLong("slipway.simulation.first", 1);
  private static final long SEEDS = Long.getLong("slipway.simulation.seeds", 2_000);

  @Test
  void shouldKeepItsPromisesForEverySeed() {
    List<Simulation.Failure> broken =
        LongStream.range(FIRST, FIRST + SEEDS)
            .parallel()
            .mapToObj(seed -> Simulation.play(seed).orElse(null))
            .filter(Objects::nonNull)
            .limit(1)
            .toList();

    assertThat(broken).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(PlantedFault.class)
  void shouldFindAFaultOfThePast(PlantedFault fault) {
    assertThat(
            LongStream.range(1, 3_000)
                .parallel()
                .mapToObj(seed -> Simulation.play(seed, fault.rules()).orElse(null))
                .anyMatch(Objects::nonNull))
        .as("a seed that finds " + fault)
        .isTrue();
  }

  @Test
  void shouldTellTheSameStoryForTheSameSeed() {
    Rules rules = PlantedFault.STOPPED_AGENT_GOES_ON.rules();
    long failing =
        LongStream.range(1, 3_000)
            .filter(seed -> Simulation.play(seed, rules).isPresent())
            .findFirst()
            .orElseThrow();

    assertThat(Simulation.play(failing, rules)).isEqualTo(Simulation.play(failing, rules));
  }
}
