package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Order;

/** In which order steps run, and how a run ends. */
@Order(11)
class StepOrderIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  /** Each branch waits for a file of the other: one after another, neither would ever end. */
  @ConcurrentTest
  void shouldRunBranchesSideBySide() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: left
                    cmd: $Registry/base/shell:1 sh -c 'touch left-is-here; while [ ! -e right-is-here ]; do sleep 0.2; done'
                    when: ["-"]
                    timeout: 60
                  - id: right
                    cmd: $Registry/base/shell:1 sh -c 'touch right-is-here; while [ ! -e left-is-here ]; do sleep 0.2; done'
                    when: ["-"]
                    timeout: 60
                  - id: join
                    cmd: $Registry/base/shell:1 sh -c 'ls left-is-here right-is-here'
                    when: [left, right]
                """)
            .succeeded();

    assertThat(end.started("left").time("startedAt"))
        .isBefore(end.completed("right").time("finishedAt"));
    assertThat(end.started("right").time("startedAt"))
        .isBefore(end.completed("left").time("finishedAt"));
    assertThat(end.started("join").time("startedAt"))
        .isAfterOrEqualTo(end.completed("left").time("finishedAt"))
        .isAfterOrEqualTo(end.completed("right").time("finishedAt"));
    assertThat(end.log())
        .containsSubsequence(
            "Step ID: left marked as successful (elapsed time in seconds: ",
            "Step ID: right marked as successful",
            "Step ID: join marked as successful");
  }

  @ConcurrentTest
  void shouldWaitForTheStepBeforeOnlyWithoutWhen() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: endless
                    cmd: $Registry/base/shell:1 sh -c 'while [ ! -e third-was-here ]; do sleep 0.2; done'
                    timeout: 60
                  - id: second
                    cmd: $Registry/base/shell:1 true
                    when: ["-"]
                  - id: third
                    cmd: $Registry/base/shell:1 touch third-was-here
                """)
            .succeeded();

    assertThat(end.outcome("endless")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldEndTheRunWhenAStepFails() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: sibling
                    cmd: $Registry/base/shell:1 sh -c 'touch begun; sleep 120; touch ended'
                    when: ["-"]
                  - id: fails
                    cmd: $Registry/base/shell:1 sh -c 'while [ ! -e begun ]; do sleep 0.2; done; exit 6'
                    when: ["-"]
                  - id: never
                    cmd: $Registry/base/shell:1 echo unreachable
                """)
            .failed();

    assertThat(end.completed("fails").data().get("exitCode").asInt()).isEqualTo(6);
    assertThat(end.outcome("sibling")).isEqualTo("CANCELED");
    assertThat(end.outcome("never")).isEqualTo("SKIPPED");
    assertThat(end.hasStarted("never")).isFalse();
    assertThat(end.error()).contains("fails", "exit status 6");
  }

  @ConcurrentTest
  void shouldRunStepsThatAskForAnEnd() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: deploy
                    cmd: $Registry/base/shell:1 sh -c 'exit 3'
                  - id: on-success
                    cmd: $Registry/base/shell:1 echo ran on-success
                    when: [deploy]
                  - id: on-failure
                    cmd: $Registry/base/shell:1 echo ran on-failure
                    when: [{step: deploy, is: failed}]
                  - id: on-three
                    cmd: $Registry/base/shell:1 echo ran on-three
                    when: [{step: deploy, exitedWith: [2, 3]}]
                  - id: on-four
                    cmd: $Registry/base/shell:1 echo ran on-four
                    when: [{step: deploy, exitedWith: [4]}]
                  - id: in-any-case
                    cmd: $Registry/base/shell:1 echo ran in-any-case
                    when: [{step: deploy, is: always}, {step: on-four, is: always}]
                """)
            .failed();

    assertThat(end.log())
        .contains("ran on-failure", "ran on-three", "ran in-any-case")
        .doesNotContain("ran on-success")
        .doesNotContain("ran on-four");
    assertThat(end.outcome("on-success")).isEqualTo("SKIPPED");
    assertThat(end.outcome("on-four")).isEqualTo("SKIPPED");
    assertThat(end.outcome("in-any-case")).isEqualTo("SUCCEEDED");
    assertThat(end.error()).contains("deploy", "exit status 3");
  }

  @ConcurrentTest
  void shouldSkipStepsForAFailureThatDoesNotCome() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: works
                    cmd: $Registry/base/shell:1 true
                  - id: roll-back
                    cmd: $Registry/base/shell:1 echo rolled back
                    when: [{step: works, is: failed}]
                  - id: clean-up
                    cmd: $Registry/base/shell:1 echo cleaned up
                    when: [{step: works, is: always}]
                """)
            .succeeded();

    assertThat(end.log()).contains("cleaned up").doesNotContain("rolled back");
    assertThat(end.outcome("roll-back")).isEqualTo("SKIPPED");
  }

  @ConcurrentTest
  void shouldEndARunningContainerWhenTheRunIsCanceled() {
    // Given
    String runId =
        WORKSHOP.start(
            """
            steps:
              - id: long
                cmd: $Registry/base/shell:1 sh -c 'trap "" TERM; echo long has begun; sleep 3337; sleep 3337'
              - id: never
                cmd: $Registry/base/shell:1 echo unreachable
            """);
    WORKSHOP.awaitLog(runId, "long has begun");
    assertThat(processes("sleep", "3337")).isPositive();

    // When
    WORKSHOP.api().cancel(runId);
    RunEnd end = WORKSHOP.end(runId);

    // Then
    assertThat(end.status()).as(end.log()).isEqualTo("Canceled");
    assertThat(end.outcome("long")).isEqualTo("CANCELED");
    assertThat(end.log()).doesNotContain("unreachable");
    Platform.await(
        "its processes are gone", Duration.ofSeconds(10), () -> processes("sleep", "3337") == 0);
  }

  /** Processes of this machine with these words. */
  private static long processes(String program, String argument) {
    return ProcessHandle.allProcesses()
        .map(Command::commandLine)
        .filter(line -> line.startsWith(program) && line.contains(argument))
        .count();
  }

  /** The API takes no limit below 300 s, so the ledger is told. */
  @ConcurrentTest
  void shouldEndARunThatTakesTooLong() throws Exception {
    // Given
    Services services = new Services(WORKSHOP.platform());
    Properties config = services.config("task-api");
    WORKSHOP.task(
        "t-too-long",
        """
        steps:
          - id: long
            cmd: $Registry/base/shell:1 sh -c 'echo begun; sleep 1234'
        """);

    // When
    try (var database =
            DriverManager.getConnection(
                config.getProperty("quarkus.datasource.jdbc.url"),
                config.getProperty("quarkus.datasource.username"),
                config.getProperty("quarkus.datasource.password"));
        var update = database.createStatement()) {
      assertThat(
              update.executeUpdate(
                  "update taskapi.task set properties = jsonb_set(properties::jsonb, '{timeout}', '6')::text where name = 't-too-long'"))
          .isEqualTo(1);
    }
    RunEnd end = WORKSHOP.end(WORKSHOP.startTask("t-too-long"));

    // Then
    assertThat(end.status()).as(end.log()).isEqualTo("Timeout");
    assertThat(end.error()).contains("timed out");
    assertThat(end.outcome("long")).isIn("CANCELED", "TIMED_OUT");
  }

  @ConcurrentTest
  void rejectsATaskFileWithAllItsProblems() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: a b
                    cmd: $Registry/base/shell:1 true
                  - id: second
                    cmd: $Registry/base/shell:1 true
                    when: [third]
                  - id: third
                    retries: -1
                    cmd: $Registry/base/shell:1 true
                """)
            .failed();

    assertThat(end.error()).contains("line 3", "step ID cannot contain spaces");
    assertThat(end.events()).noneMatch(event -> event.data().has("stepId"));
  }

  @ConcurrentTest
  void shouldWarnOfAPropertyThatDoesNotExist() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    ignoreError: true
                """)
            .succeeded();

    assertThat(end.log()).containsPattern("WARNING: .*line 4.*ignoreError.*ignoreErrors");
  }
}
