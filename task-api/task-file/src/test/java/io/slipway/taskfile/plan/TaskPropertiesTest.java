package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.planned;
import static io.slipway.taskfile.plan.Plans.problems;
import static io.slipway.taskfile.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import io.slipway.taskfile.read.PlanTaskFile.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every property of a task, and what comes from outside the file. */
class TaskPropertiesTest {
  private static final String TWO_SECRETS =
      """
      secrets:
        - id: one
          keyvault: https://my.vault.azure.net/secrets/one
        - id: Two
          keyvault: file-of-my-store
          clientID: c72b2df0-b9d8-4ac6-9363-7c1eb06c1c86
      steps:
        - cmd: a {{.Secrets.one}}
      """;

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "# nothing\n", "steps:", "steps: []", "---\n...\n"})
  void shouldTakeAFileWithoutStepsForATask(String text) {
    StepPlan plan = planned(text);

    assertThat(plan.steps()).isEmpty();
    assertThat(plan.settings())
        .isEqualTo(
            new TaskSettings("v1.0.0", Duration.ofSeconds(600), "", Map.of(), CacheSetting.UNSET));
    assertThat(plan.networks())
        .containsExactly(new PlannedNetwork("acb_default_network", "bridge", false, false, true));
  }

  @Test
  void shouldTakeTheFirstOfTwoVersions() {
    StepPlan plan = planned("version: v1.1.0\nversion: v1.0.0\nsteps: [{cmd: bash}]");

    assertThat(plan.settings().version()).isEqualTo("v1.1.0");
    assertThat(plan.aliases()).isTrue();
    assertThat(((StepAction.Cmd) plan.steps().get(0).action()).image().registry())
        .isEqualTo("mcr.microsoft.com");
  }

  @Test
  void shouldGiveItsStepsATimeoutAndAFolder() {
    StepPlan plan =
        planned(
            "stepTimeout: 42\nworkingDirectory: sub\n"
                + "steps: [{cmd: a}, {cmd: a, timeout: 7, workingDirectory: other}]");

    assertThat(plan.steps().get(0).timeout()).isEqualTo(Duration.ofSeconds(42));
    assertThat(plan.steps().get(0).container().workingDirectory()).isEqualTo("sub");
    assertThat(plan.steps().get(1).timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(plan.steps().get(1).container().workingDirectory()).isEqualTo("other");
    assertThat(planned("stepTimeout: -1\nsteps: [{cmd: a}]").steps().get(0).timeout())
        .isEqualTo(Duration.ofSeconds(600));
  }

  @Test
  void shouldPutWhatComesFromOutsideUnderTheFile() {
    PlanInput input =
        new PlanInput(
            ExpansionInput.of(Map.of(), Map.of()),
            Map.of("a", "outside", "b", "outside"),
            "given",
            "given-network",
            null);
    StepPlan plan = planned("env: [a=file]\nsteps: [{cmd: x}]", input);

    assertThat(plan.settings().env())
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "file", "b", "outside"));
    assertThat(plan.settings().workingDirectory()).isEqualTo("given");
    assertThat(plan.networks())
        .containsExactly(new PlannedNetwork("given-network", "external", false, true, true));
    assertThat(plan.steps().get(0).container().network().name()).isEqualTo("given-network");
    assertThat(planned("workingDirectory: file", input).settings().workingDirectory())
        .isEqualTo("file");
  }

  @Test
  void shouldUseTheLastNetworkThatIsTheDefault() {
    StepPlan plan =
        planned(
            """
            networks:
              - {name: one, isDefault: true}
              - {name: two, isDefault: true, driver: bridge, ipv6: true}
              - {name: three, skipCreation: true}
            steps:
              - {cmd: a}
              - {cmd: a, network: three}
            """);

    assertThat(plan.networks())
        .containsExactly(
            new PlannedNetwork("one", "", false, false, true),
            new PlannedNetwork("two", "bridge", true, false, true),
            new PlannedNetwork("three", "", false, true, false));
    assertThat(plan.steps())
        .extracting(step -> step.container().network().name())
        .containsExactly("two", "three");
    assertThat(
            planned("networks: [{name: n}]\nsteps: [{cmd: a}]")
                .steps()
                .get(0)
                .container()
                .network()
                .name())
        .isNull();
  }

  @Test
  void shouldWarnOfANetworkThatNobodyDeclared() {
    assertThat(warnings("steps: [{cmd: a, network: mine}, {cmd: a, network: none}]"))
        .singleElement()
        .satisfies(warning ->
            assertThat(warning.toString()).contains("steps[0].network", "acb_default_network"));
  }

  @Test
  void shouldSayWhichSecretsItWantsBeforeTheyAreThere() {
    assertThat(PlanTaskFile.secrets(TWO_SECRETS, Plans.INPUT))
        .isEqualTo(
            new Secrets.Wanted(
                List.of(
                    new SecretReference("one", "https://my.vault.azure.net/secrets/one", null),
                    new SecretReference(
                        "Two", "file-of-my-store", "c72b2df0-b9d8-4ac6-9363-7c1eb06c1c86"))));
    assertThat(PlanTaskFile.secrets("steps: [{}]", Plans.INPUT))
        .isEqualTo(new Secrets.Wanted(List.of()));
    assertThat(PlanTaskFile.secrets("secrets: [{id: a b, keyvault: x}]", Plans.INPUT))
        .isInstanceOf(Secrets.Refused.class);
  }

  @Test
  void shouldRenderSecretsOnceTheyAreThere() {
    StepPlan plan = planned(TWO_SECRETS, Plans.INPUT.withSecrets(Map.of("one", "s3cret")));

    assertThat(((StepAction.Cmd) plan.steps().get(0).action()).arguments())
        .containsExactly("s3cret");
    assertThat(plan.secrets()).hasSize(2);
  }

  @Test
  void shouldWarnOfTimeoutsAboveTheRuns() {
    Result result =
        PlanTaskFile.plan(
            "stepTimeout: 4000\nsteps: [{cmd: a, timeout: 4200}, {cmd: a}]",
            Plans.INPUT.withRunTimeout(Duration.ofSeconds(3600)));

    assertThat(((Result.Planned) result).warnings())
        .extracting(Problem::property)
        .containsExactly("stepTimeout", "steps[0].timeout");
    assertThat(
            ((Result.Planned)
                    PlanTaskFile.plan(
                        "steps: [{cmd: a, timeout: 3600}]",
                        Plans.INPUT.withRunTimeout(Duration.ofSeconds(3600))))
                .warnings())
        .isEmpty();
  }

  @Test
  void shouldWarnOfAliasesThatAreOff() {
    assertThat(warnings("version: v1.0.0\nalias: {values: {a: b}}"))
        .singleElement()
        .satisfies(warning -> assertThat(warning.toString()).contains("alias", "v1.1.0"));
  }

  @Test
  void shouldCacheTheBuildsThatDoNotSayOtherwise() {
    assertThat(
            planned("cache: enabled\nsteps: [{build: .}, {build: ., cache: disabled}, {cmd: a}]")
                .steps()
                .stream()
                .map(PlannedStep::action)
                .filter(StepAction.Build.class::isInstance)
                .map(action -> ((StepAction.Build) action).cache()))
        .containsExactly(CacheSetting.ENABLED, CacheSetting.DISABLED);
    assertThat(problems("cache: always\nsteps: []"))
        .anyMatch(problem -> problem.property().equals("cache") && problem.line() == 1);
  }
}
