package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.expand.TaskVersion;
import java.util.Map;

/** How the version is found, and which ones there are. */
final class VersionChecks implements CheckerGroup {
  @Override
  public Map<String, Checker> checkers() {
    return Map.of("version-find", VersionChecks::find, "task-version", VersionChecks::accepted);
  }

  private static void find(ConformanceCase c) {
    assertThat(TaskVersion.find(c.text("yaml")).orElse(""))
        .isEqualTo(c.expected().get("version").asText());
  }

  private static void accepted(ConformanceCase c) {
    assertThat(TaskVersion.isAccepted(c.text("version"))).isEqualTo(!c.mustFail());
  }
}
