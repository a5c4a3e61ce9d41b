package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The benchmark of runs works with the platform as it is; what it measures is not judged here. */
@Order(21)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the bare machine") // one further platform at a time is enough for the machine
class BenchIT {
  private static final int PORT_BASE = 26443;

  @Test
  void shouldMeasureAFewRunsOnAPlatformOfItsOwnAndLeaveNothingBehind() throws Exception {
    Path json = Platform.freshFolder("bench").resolve("runs.json");
    Path root = Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();
    Command.run(
            root,
            Map.of("SLIPWAY_BUILD", "no"),
            Duration.ofMinutes(8),
            List.of(
                root.resolve("slipway").toString(),
                "bench",
                "runs",
                "--runs=10",
                "--turns=1",
                "--limit-seconds=1",
                "--in=http,events",
                "--no-delays",
                "--port-base=" + PORT_BASE,
                "--json=" + json))
        .succeeded();

    JsonNode figures = Api.JSON.readTree(json.toFile()).get("figures");
    for (String in : List.of("1 agent, http", "1 agent, events")) {
      assertThat(figure(figures, in, "complete runs")).isPositive();
      assertThat(figure(figures, in, "L1, one by one")).isPositive();
      assertThat(figure(figures, in, "processor time, task-api")).isPositive();
      assertThat(figure(figures, in, "runs that did not succeed")).isZero();
      assertThat(figure(figures, in, "runs that were not complete in time")).isZero();
    }
    assertThat(ProcessHandle.allProcesses().map(BenchIT::commandLine))
        .noneMatch(line -> line.contains("slipway-bench") && line.contains("-Dsmallrye"));
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  private static double figure(JsonNode figures, String group, String name) {
    for (JsonNode figure : figures) {
      if (figure.get("group").asText().equals(group) && figure.get("name").asText().equals(name)) {
        return figure.path("value").asDouble(Double.NaN);
      }
    }
    throw new AssertionError("no figure '" + name + "' of " + group);
  }
}
