package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.build.ContextAddress;
import io.slipway.taskfile.plan.PlanTaskFile.Result;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanTaskFileTest {
  private static final RunVariables RUN =
      new RunVariables(
          "cf10",
          "127.0.0.1:8453",
          "myregistry",
          "20190614-224732z",
          "linux",
          "amd64",
          "acb_vol_1",
          "",
          "",
          "helloworldtask");

  private static Result plan(String text) {
    return PlanTaskFile.plan(text, RUN, Map.of("name", "hello"));
  }

  private static StepPlan planned(String text) {
    Result result = plan(text);
    assertThat(result).isInstanceOf(Result.Planned.class);
    return ((Result.Planned) result).plan();
  }

  private static Problem refused(String text) {
    Result result = plan(text);
    assertThat(result).isInstanceOf(Result.Refused.class);
    return ((Result.Refused) result).problems().get(0);
  }

  @Test
  void shouldPlanTheArticlesFile() {
    StepPlan plan =
        planned(
            """
            version: v1.1.0
            version: v1.1.0
            steps:
            # a comment
              - build: -t $Registry/hello-world:$ID  https://github.com/o/acr-build-helloworld-node.git#main -f Dockerfile-app --build-arg REGISTRY_NAME=mybaseregistry.azurecr.io
              - push: ["$Registry/hello-world:$ID"]
            """);

    assertThat(plan.aliases()).isTrue();
    assertThat(plan.networks())
        .containsExactly(new PlannedNetwork("acb_default_network", "bridge", false, false, true));
    PlannedStep build = plan.steps().get(0);
    assertThat(build.id()).isEqualTo("acb_step_0");
    assertThat(build.timeout()).isEqualTo(Duration.ofSeconds(600));
    var command = ((StepAction.Build) build.action()).command();
    assertThat(command.tags()).containsExactly("127.0.0.1:8453/hello-world:cf10");
    assertThat(command.file()).isEqualTo("Dockerfile-app");
    assertThat(command.buildArgs()).containsEntry("REGISTRY_NAME", "mybaseregistry.azurecr.io");
    assertThat(ContextAddress.parse(command.context()))
        .isEqualTo(
            new ContextAddress.Git(
                "https://github.com/o/acr-build-helloworld-node.git", "main", ""));
    PlannedStep push = plan.steps().get(1);
    assertThat(push.after()).containsExactly(After.success("acb_step_0"));
    assertThat(((StepAction.Push) push.action()).images().get(0).canonical())
        .isEqualTo("127.0.0.1:8453/hello-world:cf10");
  }

  @Test
  void shouldReadTheOrderOfSteps() {
    StepPlan plan =
        planned(
            """
            steps:
              - {id: a, cmd: bash echo}
              - {id: b, cmd: bash echo, when: ["-"]}
              - {id: c, cmd: bash echo, when: [a, b, a]}
              - {id: d, cmd: bash echo}
            """);

    assertThat(plan.steps())
        .extracting(PlannedStep::after)
        .containsExactly(
            List.of(),
            List.of(),
            List.of(After.success("a"), After.success("b")),
            List.of(After.success("c")));
    assertThat(StepSchedule.ready(plan, Map.of()))
        .extracting(PlannedStep::id)
        .containsExactly("a", "b");
    assertThat(StepSchedule.ready(plan, Map.of("a", StepState.SUCCEEDED, "b", StepState.RUNNING)))
        .isEmpty();
    assertThat(StepSchedule.ready(plan, Map.of("a", StepState.SUCCEEDED, "b", StepState.SUCCEEDED)))
        .extracting(PlannedStep::id)
        .containsExactly("c");
    assertThat(StepSchedule.ready(plan, Map.of("a", StepState.failed(1)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "steps: [{id: a}] | step is missing a cmd, build, or push property",
        "steps: [{cmd: a, build: .}] | step must only contain a single build, cmd, or push property",
        "steps: [{cmd: a, id: b c}] | step ID cannot contain spaces",
        "steps: [{cmd: a, id: x},{cmd: a, when: ['-', x]}] | step cannot contain other IDs in when if the immediate execution token is specified",
        "steps: [{cmd: a, id: x, when: [x]}] | Step ID: x is self-referenced",
        "steps: [{cmd: a, id: x, when: [y]}] | y does not exist as a vertex [from: y, to: x]",
        "steps: [{cmd: a, id: x},{cmd: a, id: x}] | x already exists as a vertex",
        "steps: [{cmd: a, id: acb_root}] | acb_root is a reserved ID, it can't be used",
        "steps: [{cmd: a, retries: -1}] | step must specify retries >= 0",
        "steps: [{cmd: a, repeat: -1}] | step must specify repeat >= 0",
        "steps: [{push: x}] | must be a list",
        "steps: [{cmd: a, timeout: soon}] | must be a whole number, not 'soon'",
        "steps: [{cmd: x/UPPER}] | 'x/UPPER' is no name of an image",
        "version: v1.2.0 | invalid version specified: \"v1.2.0\", the current version is \"v1.0.0\"",
        "steps: [{build: --shiny .}] | there is no build flag --shiny",
        "steps: [{cmd: 'a {{shiny .Values.x}}'}] | is not supported",
        "steps: [ | yaml: ",
      })
  void rejectsWithTheReason(String text, String message) {
    assertThat(refused(text).toString()).contains(message.strip());
  }

  @Test
  void shouldSayWhere() {
    Problem problem =
        refused(
            """
            version: v1.1.0
            steps:
              - cmd: bash echo
                timeout: soon
            """);

    assertThat(problem.line()).isEqualTo(4);
    assertThat(problem.column()).isEqualTo(14);
    assertThat(problem.property()).isEqualTo("steps[0].timeout");
  }

  @Test
  void shouldWarnOfMisspeltProperties() {
    Result result = plan("steps: [{cmd: a, timeot: 5}]");

    assertThat(((Result.Planned) result).warnings())
        .singleElement()
        .satisfies(warning ->
            assertThat(warning.toString()).contains("timeot", "did you mean 'timeout'?"));
  }

  @Test
  void shouldRenderValuesAndKeepUnknownDollars() {
    StepPlan plan =
        planned(
            "version: v1.1.0\nsteps: [{cmd: \"bash echo {{.Values.name}} {{.Values.no}}. $HOME $$ID\"}]");

    StepAction.Cmd cmd = (StepAction.Cmd) plan.steps().get(0).action();
    assertThat(cmd.image().canonical()).startsWith("mcr.microsoft.com/acr/bash:");
    assertThat(cmd.arguments()).containsExactly("echo", "hello", ".", "$HOME", "$ID");
  }

  @Test
  void shouldEndInAPlanOrAProblemForAnyText() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    String alphabet = "steps: [{cmd build push when - a\n  \"'${}.|>&*!#%@\t0x\\";
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "steps:\n - " : "");
      for (int n = random.nextInt(60); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      assertThat(plan(text.toString())).as("seed %d: %s", seed, text).isNotNull();
    }
  }

  @Test
  void rejectsBombs() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(plan(bomb + "steps: *a59")).isNotNull();
    assertThat(refused("[".repeat(100_000)).toString()).contains("yaml");
    assertThat(refused("x".repeat(2_000_000)).toString()).contains("more than");
  }
}
