package io.slipway.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.local.supervisor.Upkeep.Disk;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpkeepTest {
  @ParameterizedTest
  @CsvSource({
    "ENOUGH, 5000, ENOUGH, ''",
    "ENOUGH, 1000, LOW, free some space",
    "LOW, 1000, LOW, ''",
    "LOW, 1100, LOW, ''", // not a line each time that it goes up and down
    "LOW, 2100, ENOUGH, 2100 MiB free again",
    "LOW, 10, FULL, it is full",
    "ENOUGH, 10, FULL, it is full",
    "FULL, 100, LOW, ''"
  })
  void shouldSayWhenTheDiskBecomesLow(Disk before, long mib, Disk now, String news) {
    Disk found = Disk.of(mib << 20, before);

    assertThat(found).isEqualTo(now);
    String said = found.news(before, Path.of("/state"), mib << 20);
    assertThat(said.isEmpty()).isEqualTo(news.isEmpty());
    assertThat(said).contains(news);
  }
}
