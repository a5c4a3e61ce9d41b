package io.slipway.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainersConditionTest {
  @TempDir Path folder;

  @Test
  void shouldSayThatNoEngineAnswers() {
    String host = "unix://" + folder.resolve("none.sock");

    assertThat(ContainersCondition.obstacle(host))
        .hasValueSatisfying(
            reason -> assertThat(reason).startsWith("no Docker engine answers at " + host));
  }

  @Test
  void rejectsAnAddressThatIsNone() {
    assertThat(ContainersCondition.obstacle("ssh://somewhere"))
        .hasValueSatisfying(reason -> assertThat(reason).contains("not an address like unix://"));
  }
}
