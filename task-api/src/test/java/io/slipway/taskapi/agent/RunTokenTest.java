package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTokenTest {

  @Test
  void shouldSayNothingAndNeverRepeat() {
    assertThat(IntStream.range(0, 1_000).mapToObj(i -> RunToken.fresh()))
        .doesNotHaveDuplicates()
        .allSatisfy(token -> assertThat(token).matches("srt_[A-Za-z0-9_-]{43}"));
  }

  /** Whoever reads the ledger must not find a token in it. */
  @Test
  void shouldBeKeptAsADigest() {
    assertThat(RunToken.hash("abc")).isEqualTo("ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
  }
}
