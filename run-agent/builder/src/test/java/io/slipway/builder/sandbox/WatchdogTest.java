package io.slipway.builder.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Watchdog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A sandbox lives as long as it is fed, by either way to wait for the food. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class WatchdogTest {
  private static final long SECOND = 1_000;

  @Test
  void shouldLiveOnFoodAndEndWithoutIt() throws Exception {
    try (RunSandbox bash = RunSandbox.open(Watchdog.withBash(RunSandbox.begin(null), ":", ":"));
        RunSandbox plain = RunSandbox.open(Watchdog.withTimeout(RunSandbox.begin(null), ":", ":"));
        RunSandbox never = RunSandbox.of(null)) {
      List<RunSandbox> fed = List.of(bash, plain);
      List<ChildProcess> children = new ArrayList<>();
      for (RunSandbox each : List.of(bash, plain, never)) {
        children.add(sleep(each));
      }
      for (int second = 0; second <= Watchdog.SECONDS + 1; second++) {
        fed.forEach(RunSandbox::feed);
        Thread.sleep(SECOND);
      }
      assertThat(children).allMatch(ChildProcess::isAlive);
      assertThat(fed).noneMatch(RunSandbox::isStarved);

      for (int i = 0; i < fed.size(); i++) {
        assertThat(children.get(i).await(2 * Watchdog.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(fed.get(i).isStarved()).isTrue();
      }
      assertThat(children.getLast().isAlive()).as("whoever never feeds is left alone").isTrue();
      assertThat(never.isStarved()).isFalse();
    }
  }

  @Test
  void shouldStartNothingInASandboxThatEnded() throws Exception {
    try (RunSandbox sandbox = RunSandbox.of(null)) {
      sandbox.close();
      sandbox.feed();
      assertThat(sandbox.isStarved()).isFalse();
      assertThatThrownBy(() -> sleep(sandbox))
          .isInstanceOf(IOException.class)
          .hasMessage("the namespaces of the run have ended");
    }
  }

  private static ChildProcess sleep(RunSandbox sandbox) throws IOException {
    List<String> words = sandbox.enter(Optional.empty(), sandbox.network());
    words.addAll(List.of("sleep", "60"));
    return sandbox.start(words, ChildProcess.NOTHING, (bytes, offset, length) -> {});
  }
}
