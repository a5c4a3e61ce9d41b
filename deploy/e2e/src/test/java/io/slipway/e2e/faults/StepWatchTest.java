package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.e2e.Platform;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The watch sees two attempts of a run at the same time, and takes nothing else for that. */
class StepWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void shouldFindStepsOfARunInTwoNamespaces() throws Exception {
    try (StepWatch watch = StepWatch.open()) {
      Process first = step("watched1");
      Process second = step("watched1");
      try {
        Platform.await("seen", LIMIT, () -> watch.overlaps().containsKey("watched1"));
        assertThat(watch.attempts("watched1")).isEqualTo(2);
      } finally {
        end(first, second);
      }
    }
  }

  @Test
  void shouldTakeOneAttemptAfterTheOtherForWhatItIs() throws Exception {
    try (StepWatch watch = StepWatch.open()) {
      for (int attempt = 1; attempt <= 2; attempt++) {
        int so = attempt;
        Process step = step("watched2");
        try {
          Platform.await("seen", LIMIT, () -> watch.attempts("watched2") == so);
        } finally {
          end(step);
        }
      }
      assertThat(watch.overlaps()).doesNotContainKey("watched2");
      Platform.await("nothing is left", LIMIT, () -> !watch.alive().contains("watched2"));
    }
  }

  private static Process step(String run) throws IOException {
    return new ProcessBuilder(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-c",
                "echo " + Tasks.MARK + " " + run + "; while true; do sleep 1; done"))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void end(Process... steps) throws InterruptedException {
    for (Process step : steps) {
      List<ProcessHandle> all = step.descendants().toList();
      all.forEach(ProcessHandle::destroyForcibly);
      step.destroyForcibly().waitFor();
    }
  }
}
