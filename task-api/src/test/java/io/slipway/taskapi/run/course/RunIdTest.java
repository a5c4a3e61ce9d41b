package io.slipway.taskapi.run.course;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.slipway.taskapi.store.TimeOrderedId;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunIdTest {

  @ParameterizedTest
  @CsvSource({"1, ca1", "2, ca2", "9, ca9", "10, caa", "35, caz", "36, ca10", "1296, ca100"})
  void shouldCountInBase36(long number, String id) {
    assertThat(RunId.of("ca", number)).isEqualTo(id);
  }

  @Test
  void rejectsNumbersBelowOne() {
    assertThatIllegalArgumentException().isThrownBy(() -> RunId.of("ca", 0));
  }

  @Test
  void shouldKeepTheLettersOfARegistryInAnyCase() {
    assertThat(RunId.prefix("MyRegistry")).isEqualTo(RunId.prefix("myregistry")).matches("c[a-z]");
  }

  @Test
  void shouldMakeIdsThatSortByTime() {
    UUID earlier = TimeOrderedId.at(Instant.parse("2026-01-01T00:00:00Z"));
    UUID later = TimeOrderedId.at(Instant.parse("2026-01-01T00:00:00.001Z"));

    assertThat(earlier.toString()).isLessThan(later.toString());
    assertThat(earlier.version()).isEqualTo(7);
    assertThat(earlier.variant()).isEqualTo(2);
  }
}
