package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.TestAgentConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that executes nothing must not get into a platform that people use. */
class ExecutorTest {
  @TempDir private Path folder;

  private boolean nothing(Map<String, String> settings) throws Exception {
    return BuilderProducer.executesNothing(
        TestAgentConfig.of(folder, "http://127.0.0.1:1", settings).agent());
  }

  @Test
  void shouldExecuteContainersUnlessToldOtherwise() throws Exception {
    assertThat(nothing(Map.of())).isFalse();
  }

  @Test
  void shouldExecuteNothingInABenchmark() throws Exception {
    assertThat(
            nothing(Map.of("slipway.agent.executor", "nothing", "slipway.agent.benchmark", "true")))
        .isTrue();
  }

  @Test
  void shouldRefuseToExecuteNothingOutsideOfABenchmark() {
    assertThatThrownBy(() -> nothing(Map.of("slipway.agent.executor", "nothing")))
        .hasMessageContaining("needs slipway.agent.benchmark=true");
  }

  @Test
  void shouldRefuseAnExecutorThatItDoesNotKnow() {
    assertThatThrownBy(() -> nothing(Map.of("slipway.agent.executor", "noop")))
        .hasMessageContaining("not a known executor");
  }
}
