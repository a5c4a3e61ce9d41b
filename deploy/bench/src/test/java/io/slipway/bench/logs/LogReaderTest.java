package io.slipway.bench.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogReaderTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000, 500_000_000);

  @Test
  void shouldSeeHowLongAgoALineWasPrinted() {
    LogReader reader = new LogReader();
    reader.took("data:{\"text\":\"at_1700000000.480000000\\r\\nother\\r\\n\"}\n\n", NOW);

    assertThat(reader.millis()).hasSize(1);
    assertThat(reader.millis().getFirst()).isEqualTo(20.0, within(0.01));
  }

  @Test
  void shouldCountALineThatIsCutOnceAndWhenItsEndArrives() {
    LogReader reader = new LogReader();
    String line = "at_1700000000.480000000\\r\\n";
    for (int cut = 1; cut < line.length(); cut++) {
      reader.took(line.substring(0, cut), NOW);
      reader.took(line.substring(cut), NOW.plusMillis(30));
    }

    assertThat(reader.millis()).hasSize(line.length() - 1);
  }
}
