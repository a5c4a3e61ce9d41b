package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @TempDir private Path folder;

  @Test
  void shouldWriteFiguresWithTheirAimsForPrograms() throws IOException {
    Report report = new Report();
    report.add("1 agent", "runs to L1", 0.5, "", Aim.atLeast("must", 0.4));
    report.add("1 agent", "way back", Double.NaN, "s");
    report.write(folder.resolve("new/figures.json"), Map.of("processors", "2"));

    JsonNode written = new ObjectMapper().readTree(folder.resolve("new/figures.json").toFile());
    assertThat(written.at("/about/processors").asText()).isEqualTo("2");
    assertThat(written.at("/figures/0/value").asDouble()).isEqualTo(0.5);
    assertThat(written.at("/figures/0/aims/0/met").asBoolean()).isTrue();
    assertThat(written.at("/figures/1").has("value")).isFalse();
  }

  @Test
  void shouldShowFigureAndAimInOneLine() {
    Report report = new Report();
    report.add("1 agent", "idle p50", 8.25, "ms", Aim.atMost("must", 15), Aim.atMost("goal", 8));

    assertThat(report.figures().getFirst().line())
        .contains("idle p50", "8.25 ms", "must <= 15: met; goal <= 8.00: missed");
  }
}
