package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Order;

/** What a {@code cmd} step finds in its container, and what it may do there. */
@Order(10)
class StepContainersIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  @ConcurrentTest
  void shouldReadASecretVolumeInTheStepsThatMountItOnly() {
    String secret = "volume-Secret-93ab";
    RunEnd end =
        WORKSHOP
            .run(
                """
                volumes:
                  - name: keys
                    secret:
                      password: %s
                      user.txt: %s
                steps:
                  - id: reader
                    cmd: $Registry/base/shell:1 sh -c 'test "$(cat /mnt/keys/password)" = %s && test "$(cat /mnt/keys/user.txt)" = root && echo read both'
                    volumeMounts:
                      - name: keys
                        mountPath: /mnt/keys
                  - id: other
                    cmd: $Registry/base/shell:1 sh -c 'test ! -e /mnt/keys/password && ! grep -r volume-Secret . && echo sees nothing'
                """
                    .formatted(base64(secret), base64("root"), secret))
            .succeeded();

    assertThat(end.log())
        .contains("Volume source keys successfully created", "read both", "sees nothing");
  }

  @ConcurrentTest
  void shouldGiveStepsTheirEnvironment() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                env: ["FIRST=task,SECOND=task", "THIRD=task"]
                steps:
                  - id: show
                    cmd: $Registry/base/shell:1 sh -c 'echo "$FIRST-$SECOND-$THIRD-$FOURTH-$HOME-end"'
                    env: ["SECOND=step", "FOURTH=a,b = c $x"]
                  - id: words
                    cmd: $Registry/base/shell:1 echo $WORD '$WORD' "two  blanks" *
                    env: ["WORD=from env"]
                """)
            .succeeded();

    assertThat(end.log()).contains("task-step-task-a,b = c $x-/acb/home-end");
    assertThat(end.log()).contains("$WORD two  blanks *");
  }

  @ConcurrentTest
  void shouldRunAsTheUserOfAStep() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'echo number $(id -u):$(id -g)'
                    user: "1234:77"
                  - cmd: $Registry/base/shell:1 sh -c 'echo name $(id -un)'
                    user: node
                """)
            .succeeded();

    assertThat(end.log()).contains("number 1234:77", "name node");
    assertThat(end.outcome("acb_step_1")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void rejectsAUserThatTheImageDoesNotKnow() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    user: nobody-here
                """)
            .failed();

    assertThat(end.error()).contains("nobody-here");
  }

  @ConcurrentTest
  void shouldStartStepsInTheirWorkingDirectory() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                workingDirectory: sub
                steps:
                  - cmd: $Registry/base/shell:1 sh -c 'mkdir -p sub/deeper && echo "FROM $Registry/base/shell:1" > Dockerfile && echo "WORKDIR /srv/own" >> Dockerfile'
                    workingDirectory: /workspace
                  - cmd: $Registry/base/shell:1 sh -c 'echo task=$(pwd)'
                  - cmd: $Registry/base/shell:1 sh -c 'echo relative=$(pwd)'
                    workingDirectory: sub/deeper
                  - cmd: $Registry/base/shell:1 sh -c 'echo absolute=$(pwd)'
                    workingDirectory: /tmp
                  - build: -t inner:1 .
                    workingDirectory: /workspace
                  - cmd: inner:1 sh -c 'echo own=$(pwd)'
                    disableWorkingDirectoryOverride: true
                """)
            .succeeded();

    assertThat(end.log())
        .contains("task=/workspace/sub", "relative=/workspace/sub/deeper", "absolute=/tmp")
        .contains("own=/srv/own");
  }

  @ConcurrentTest
  void shouldTakeTheEntryPointOfAStep() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 -c 'echo by the entry point'
                    entryPoint: /bin/bash
                """)
            .succeeded();

    assertThat(end.log()).contains("by the entry point");
  }

  @ConcurrentTest
  void rejectsPrivilegedSteps() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: mighty
                    cmd: $Registry/base/shell:1 true
                    privileged: true
                """)
            .failed();

    assertThat(end.error()).contains("privileged", "slipway.agent.allow-privileged");
  }

  @ConcurrentTest
  void shouldLimitTheProcessorsOfStepAndTask() throws Exception {
    // Given
    ObjectNode request =
        WORKSHOP.request(
            """
            steps:
              - cmd: $Registry/base/shell:1 sleep 2337.5
                cpus: "0.5"
                when: ["-"]
              - cmd: $Registry/base/shell:1 sleep 2337.1
                when: ["-"]
            """);
    request.putObject("agentConfiguration").put("cpu", 1);
    String runId = WORKSHOP.api().schedule(request);
    Platform.await(
        "both steps sleep",
        Duration.ofSeconds(60),
        () -> sleeper("2337.5").isPresent() && sleeper("2337.1").isPresent());

    // When
    OptionalDouble ofStep = ProcessorLimit.of(sleeper("2337.5").orElseThrow());
    OptionalDouble ofTask = ProcessorLimit.of(sleeper("2337.1").orElseThrow());
    WORKSHOP.api().cancel(runId);

    // Then
    assertThat(WORKSHOP.end(runId).status()).isEqualTo("Canceled");
    assertThat(ofStep).hasValue(0.5);
    // All that a machine has needs no limit.
    boolean more = Runtime.getRuntime().availableProcessors() > 1;
    assertThat(ofTask).isEqualTo(more ? OptionalDouble.of(1) : OptionalDouble.empty());
  }

  /** Process of this machine that sleeps as long. */
  private static Optional<Long> sleeper(String seconds) {
    return ProcessHandle.allProcesses()
        .filter(process -> Command.commandLine(process).strip().equals("sleep " + seconds))
        .map(ProcessHandle::pid)
        .findFirst();
  }

  @ConcurrentTest
  void shouldRefuseProcessorsThatAreNoNumber() {
    RunEnd wrong =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    cpus: many
                """)
            .failed();

    assertThat(wrong.error()).contains("cpus", "many");
  }

  @ConcurrentTest
  void shouldPullWhenAStepSaysSo() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 echo pulled
                    pull: true
                    cmdDownloadRetries: 1
                """)
            .succeeded();

    assertThat(end.log())
        .containsSubsequence("Step specified pull. Performing an explicit pull...", "pulled");
  }

  @ConcurrentTest
  void shouldDriveTheContainersOfItsOwnRun() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: worker
                    cmd: $Registry/base/shell:1 sh -c 'echo working; sleep 1; exit 0'
                    detach: true
                    keep: true
                  - id: endless
                    cmd: $Registry/base/shell:1 sh -c 'echo endless begun; trap "exit 0" TERM; while true; do sleep 0.2; done'
                    detach: true
                    keep: true
                  - id: wait-for-it
                    cmd: docker wait worker
                  - id: its-logs
                    cmd: docker logs worker
                  - id: stop-it
                    cmd: docker stop endless
                  - id: remove-both
                    cmd: docker rm worker endless
                """)
            .succeeded();

    assertThat(end.log()).contains("working");
    assertThat(end.outcome("remove-both")).isEqualTo("SUCCEEDED");
  }

  @ConcurrentTest
  void shouldKeepAContainerOnlyWhenItsStepSaysSo() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - id: kept
                    cmd: $Registry/base/shell:1 echo told by kept
                    keep: true
                  - id: again
                    cmd: docker logs kept
                  - id: removed
                    cmd: $Registry/base/shell:1 true
                  - id: too-late
                    cmd: docker logs removed
                """)
            .failed();

    assertThat(end.log().split("told by kept", -1)).hasSize(3);
    assertThat(end.outcome("again")).isEqualTo("SUCCEEDED");
    assertThat(end.error()).contains("too-late", "No such container", "removed");
  }

  @ConcurrentTest
  void rejectsAnExposedPortThatIsNone() {
    RunEnd end =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: $Registry/base/shell:1 true
                    expose: ["8080/tcp", "eighty"]
                """)
            .failed();

    assertThat(end.error()).contains("eighty", "expose", "8080");
  }

  @ConcurrentTest
  void rejectsOtherDockerCommandsByName() {
    RunEnd run =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: docker run --rm alpine true
                """)
            .failed();
    RunEnd foreign =
        WORKSHOP
            .run(
                """
                steps:
                  - cmd: docker stop someone-elses
                """)
            .failed();

    assertThat(run.error()).contains("docker run", "slipway.agent.allow-privileged");
    assertThat(foreign.error()).contains("someone-elses");
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
