package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.container;
import static io.slipway.taskfile.plan.Plans.planned;
import static io.slipway.taskfile.plan.Plans.step;
import static io.slipway.taskfile.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every property of a step: what it means and what holds without it. */
class StepPropertiesTest {
  @Test
  void shouldFillInDefaults() {
    PlannedStep step = step("cmd: a");

    assertThat(step.id()).isEqualTo("acb_step_0");
    assertThat(step.after()).isEmpty();
    assertThat(step.timeout()).isEqualTo(Duration.ofSeconds(600));
    assertThat(step.startDelay()).isZero();
    assertThat(step.retries()).isZero();
    assertThat(step.retryDelay()).isEqualTo(Duration.ofSeconds(5));
    assertThat(step.retryOnErrors()).isEmpty();
    assertThat(step.repeat()).isZero();
    assertThat(step.ignoreErrors()).isFalse();
    assertThat(step.container())
        .isEqualTo(ContainerOptions.builder().network("acb_default_network").build());
  }

  @Test
  void shouldReadTimesAndTries() {
    PlannedStep step =
        step(
            "cmd: a, timeout: 7, startDelay: 2, retries: 3, retryDelay: 4, repeat: 1,"
                + " retryOnErrors: [EOF, 5], ignoreErrors: yes");

    assertThat(step.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(step.startDelay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(step.retries()).isEqualTo(3);
    assertThat(step.retryDelay()).isEqualTo(Duration.ofSeconds(4));
    assertThat(step.repeat()).isEqualTo(1);
    assertThat(step.retryOnErrors()).containsExactly("EOF", "5");
    assertThat(step.ignoreErrors()).isTrue();
  }

  @Test
  void shouldTakeTheDefaultForTimesThatAreNotPositive() {
    PlannedStep step = step("cmd: a, timeout: -1, startDelay: -1, retryDelay: 0");

    assertThat(step.timeout()).isEqualTo(Duration.ofSeconds(600));
    assertThat(step.startDelay()).isZero();
    assertThat(step.retryDelay()).isEqualTo(Duration.ofSeconds(5));
  }

  @ParameterizedTest
  @CsvSource({
    "0x10, 16",
    "010, 8",
    "0b101, 5",
    "1_000, 1000",
    "+7, 7",
    "'''9''', 9",
    "8.0, 8",
    "8.9, 8",
    "1e2, 100"
  })
  void shouldReadNumbersAsYaml11Does(String written, int seconds) {
    assertThat(step("cmd: a, timeout: " + written).timeout())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "yes, true",
    "On, true",
    "y, true",
    "TRUE, true",
    "'''true''', true",
    "off, false",
    "n, false"
  })
  void shouldReadTruthAsYaml11Does(String written, boolean truth) {
    assertThat(container("cmd: a, detach: " + written).life().detach()).isEqualTo(truth);
  }

  @Test
  void shouldReadHowAContainerIsRun() {
    ContainerOptions container =
        container(
            "cmd: a, entryPoint: sh, user: '1000:1000', network: host, workingDirectory: sub/x,"
                + " disableWorkingDirectoryOverride: true, ports: ['8080:80', 90],"
                + " expose: [80, 81], privileged: true, detach: true, keep: true, pull: true,"
                + " cmdDownloadRetries: 3, cmdDownloadRetryDelay: 2, cpus: 0.5,"
                + " isolation: default");

    assertThat(container.entryPoint()).isEqualTo("sh");
    assertThat(container.user()).isEqualTo("1000:1000");
    assertThat(container.network().name()).isEqualTo("host");
    assertThat(container.workingDirectory()).isEqualTo("sub/x");
    assertThat(container.folder().isOfImage()).isTrue();
    assertThat(container.network().ports()).containsExactly("8080:80", "90");
    assertThat(container.network().expose()).containsExactly("80", "81");
    assertThat(container.privileged()).isTrue();
    assertThat(container.life().detach()).isTrue();
    assertThat(container.life().keep()).isTrue();
    assertThat(container.pull().isFirst()).isTrue();
    assertThat(container.pull().retries()).isEqualTo(3);
    assertThat(container.pull().retryDelay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(container.cpus()).isEqualTo("0.5");
    assertThat(container.isolation()).isEqualTo("default");
  }

  @Test
  void shouldSplitACommandAsAShellWould() {
    StepAction.Cmd cmd =
        (StepAction.Cmd)
            planned(
                    """
                    steps:
                      - cmd: app "a  b" 'c $X' d\\ e --x="$X" $X ${X}y $NO $ ${X "\\$X" ''
                        env: ["X=1 2"]
                    """)
                .steps()
                .get(0)
                .action();

    assertThat(cmd.image().canonical()).isEqualTo("docker.io/library/app:latest");
    assertThat(cmd.arguments())
        .containsExactly(
            "a  b", "c $X", "d e", "--x=1 2", "1", "2", "1", "2y", "$NO", "$", "${X", "$X", "");
  }

  @Test
  void shouldKeepLinesOfABlockThatBeginWithAHashSign() {
    StepAction.Cmd cmd =
        (StepAction.Cmd)
            planned("steps:\n  - cmd: |\n      bash -c '\n      # not a comment\n      ls'\n")
                .steps()
                .get(0)
                .action();

    assertThat(cmd.arguments()).containsExactly("-c", "\n# not a comment\nls");
  }

  @Test
  void shouldWarnOfAShellsOperatorsOutsideOfQuotes() {
    assertThat(warnings("steps: [{cmd: 'bash ls > x && echo'}]"))
        .singleElement()
        .satisfies(
            warning -> assertThat(warning.toString()).contains("steps[0].cmd", "no shell", "> &"));
    assertThat(warnings("steps: [{cmd: \"bash -c 'ls > x'\"}]")).isEmpty();
  }

  @Test
  void shouldReadTheArgumentsOfABuild() {
    StepAction.Build build =
        (StepAction.Build)
            step("build: '-t x:1 --build-arg V=\"a b\" -f \"my file\" .', cache: Enabled").action();

    assertThat(build.command().tags()).containsExactly("x:1");
    assertThat(build.command().buildArgs()).containsEntry("V", "a b");
    assertThat(build.command().file()).isEqualTo("my file");
    assertThat(build.cache()).isEqualTo(CacheSetting.ENABLED);
    assertThat(((StepAction.Build) step("build: ., cache: DISABLED").action()).cache())
        .isEqualTo(CacheSetting.DISABLED);
    assertThat(((StepAction.Build) step("build: .").action()).cache())
        .isEqualTo(CacheSetting.UNSET);
  }

  @Test
  void shouldPushEachImageOnceAndLatestWithoutATag() {
    StepAction.Push push =
        (StepAction.Push) step("push: [r.io/a, 'r.io/a:latest', 'r.io/b:1']").action();

    assertThat(push.images())
        .extracting(image -> image.canonical())
        .containsExactly("r.io/a:latest", "r.io/b:1");
  }

  @Test
  void shouldMountDeclaredVolumes() {
    StepPlan plan =
        planned(
            """
            volumes:
              - name: keys
                secret: {a.pem: aGk=, b: ''}
            steps:
              - cmd: a
                volumeMounts:
                  - {name: keys, mountPath: /run/a}
                  - {name: keys, mountPath: /run/b}
            """);

    assertThat(plan.volumes())
        .containsExactly(new SecretVolume("keys", Map.of("a.pem", "aGk=", "b", "")));
    assertThat(plan.volumes().toString()).doesNotContain("aGk=");
    assertThat(plan.steps().get(0).container().volumeMounts())
        .containsExactly(new VolumeMount("keys", "/run/a"), new VolumeMount("keys", "/run/b"));
  }

  @Test
  void shouldPutAStepsEnvironmentOverTheTasks() {
    StepPlan plan =
        planned(
            "env: ['a=1,b=2', c=3=4]\n"
                + "steps: [{cmd: x, env: [b=5, 'd=6,7', e=]}, {cmd: x}, {build: ., env:"
                + " [DOCKER_BUILDKIT=1]}]");

    assertThat(plan.steps().get(0).container().env())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("a", "1", "b", "5", "c", "3=4", "d", "6,7", "e", ""));
    assertThat(plan.steps().get(1).container().env())
        .containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2", "c", "3=4"));
    assertThat(plan.steps().get(2).container().env()).containsEntry("DOCKER_BUILDKIT", "1");
  }

  @Test
  void shouldOnlyWarnOfAnEntryWithoutAValueIfTheTaskHasNoEnvironment() {
    assertThat(warnings("steps: [{cmd: x, env: [HTTP_PROXY]}]"))
        .singleElement()
        .satisfies(warning -> assertThat(warning.toString()).contains("'HTTP_PROXY' sets nothing"));
  }

  @Test
  void shouldFillInWhatAMergedMappingHas() {
    StepPlan plan =
        planned(
            """
            steps:
              - &base
                cmd: a
                timeout: 9
                env: [k=v]
              - <<: *base
                cmd: b
            """);

    assertThat(plan.steps().get(1).timeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(plan.steps().get(1).container().env()).containsEntry("k", "v");
    assertThat(((StepAction.Cmd) plan.steps().get(1).action()).image().familiar())
        .isEqualTo("b:latest");
  }
}
