package io.slipway.builder.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CachedStepsTest {
  private final CachedSteps steps = new CachedSteps();

  @Test
  void shouldCountWhatBuildKitFoundAndNoBaseImage() {
    steps.read("#4 [1/3] FROM test.local/base:1\n#4 CACHED\n\n");
    steps.read(
        "#5 [build 2/3] COPY a.txt /\n#5 CACHED\n\n#6 [3/3] RUN echo b > /b\n#6 0.1 CACHED\n");

    assertThat(steps.count()).isEqualTo(1);
  }

  @Test
  void shouldCountWhatTheClassicBuilderFound() {
    steps.read("Step 2/3 : COPY a.txt /\n ---> Using cache\n ---> 0123456789ab\n");
    steps.read("Step 3/3 : RUN true\n ---> Using cache\n");

    assertThat(steps.count()).isEqualTo(2);
  }
}
