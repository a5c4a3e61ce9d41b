package io.slipway.taskapi.definition;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.agent.NamedValue;
import io.slipway.contract.agent.TaskStep;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentStepTest {
  private static final String UPLOADED =
      "source/202601010000/018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01.tar.gz";
  private static final Step.DockerBuild BUILD =
      new Step.DockerBuild(
          "https://git.example/r.git#main",
          true,
          List.of("a:{{.Run.ID}}"),
          true,
          false,
          "Dockerfile",
          null,
          List.of(StepValue.open("plain", "1"), StepValue.secret("hidden")));

  @Test
  void shouldTakeWhatTheTaskSays() {
    assertThat(AgentStep.of(BUILD, StepOverride.NONE))
        .isEqualTo(
            new TaskStep.DockerBuild(
                "https://git.example/r.git#main",
                null,
                List.of("a:{{.Run.ID}}"),
                true,
                false,
                "Dockerfile",
                null,
                List.of(new NamedValue("plain", "1")),
                List.of("hidden", Step.CONTEXT_TOKEN)));
  }

  @Test
  void shouldPutTheOverrideOverWhatTheTaskSays() {
    StepOverride override =
        new StepOverride(
            null,
            "other/Dockerfile",
            "test",
            List.of(StepValue.open("value", "of a task file")),
            List.of(
                StepValue.open("hidden", "no longer"),
                StepValue.secret("plain"),
                StepValue.open("new", "2")),
            Map.of("plain", "secret"));

    TaskStep.DockerBuild step = (TaskStep.DockerBuild) AgentStep.of(BUILD, override);

    assertThat(step.dockerFilePath()).isEqualTo("other/Dockerfile");
    assertThat(step.target()).isEqualTo("test");
    assertThat(step.arguments())
        .containsExactly(new NamedValue("hidden", "no longer"), new NamedValue("new", "2"));
    assertThat(step.secretNames()).containsExactlyInAnyOrder(Step.CONTEXT_TOKEN, "plain");
  }

  @ParameterizedTest
  @CsvSource({
    "https://git.example/r.git#other, true",
    "HTTPS://GIT.example/another.git, true",
    "https://elsewhere.example/r.git, false",
    "http://git.example/r.git, false",
    "https://git.example:8443/r.git, false",
    "git@git.example:r.git, false",
    UPLOADED + ", false"
  })
  void shouldSendTheTokenToTheServerOfTheTaskAlone(String context, boolean sent) {
    StepOverride override = new StepOverride(context, null, null, List.of(), List.of(), Map.of());

    assertThat(AgentStep.of(BUILD, override).secretNames().contains(Step.CONTEXT_TOKEN))
        .isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    ", true",
    "https://***@git.example/r.git, true",
    "https://git.example/r.git, false",
    "https://***@elsewhere.example/r.git, true",
    UPLOADED + ", false"
  })
  void shouldUseTheCredentialsOfAnAddressForThatAddressAlone(String context, boolean used) {
    Step step = new Step.FileTask("https://***@git.example/r.git", false, "a", null, List.of());
    StepOverride override = new StepOverride(context, null, null, List.of(), List.of(), Map.of());

    // Of another address that lacks its own they came with the request.
    assertThat(AgentStep.of(step, override).secretNames().contains(Step.CONTEXT_ADDRESS))
        .isEqualTo(used);
  }

  @Test
  void shouldTellUploadedSourceFromAnAddress() {
    TaskStep.WithContext step =
        AgentStep.of(
            new Step.FileTask(UPLOADED, false, "acb.yaml", null, List.of()), StepOverride.NONE);

    assertThat(step.contextPath()).isNull();
    assertThat(step.buildSource())
        .isEqualTo(UUID.fromString("018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01"));
  }
}
