package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.EventType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Parts are killed with -9 in the middle of things; no run is lost and none is done twice. On a
 * platform of its own beside all other tests, since most of the time is spent waiting.
 */
@Order(4)
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock("the platform for faults") // has its own tests wait for one another
class FaultsIT {
  private static final Platform PLATFORM = Platform.forFaults();
  private static final Workshop WORKSHOP = new Workshop(PLATFORM);
  private static final Cast CAST = new Cast(PLATFORM);
  private static GitServer git;

  @BeforeAll
  static void makeTasks() {
    git = new GitServer(Path.of("target/git-faults"));
    String from = "ARG REGISTRY_NAME\nFROM ${REGISTRY_NAME}/baseimages/node:15-alpine\n";
    String slow =
        git.repository(
            "slow",
            Map.of("Dockerfile-app", from + "RUN node -e \"setTimeout(function () {}, 12000)\"\n"));
    String quick = git.repository("quick", Map.of("Dockerfile-app", from + "LABEL quick=yes\n"));
    for (var task : Map.of("slowtask", slow, "quicktask", quick).entrySet()) {
      // A step that was built once would be found in the cache.
      String file =
          CAST.buildAndPush(task.getKey(), task.getValue())
              .replace("- build: ", "- build: --no-cache ");
      String principal = CAST.task(task.getKey(), file);
      CAST.grantPull(principal);
      CAST.credential(task.getKey());
    }
  }

  @AfterAll
  static void stop() {
    git.close();
  }

  @Test
  @Order(1)
  void shouldFinishARunWhoseAgentWasKilled() {
    // Given
    String runId = CAST.start("slowtask");
    awaitBusyAgent();
    String agent = busyAgent().orElseThrow();
    List<ProcessHandle> children = PLATFORM.process(agent).descendants().toList();

    // When
    PLATFORM.process(agent).destroyForcibly();

    // Then
    assertThat(CAST.finished(runId, Duration.ofSeconds(120))).isEqualTo("Succeeded");
    assertThat(CAST.log(runId)).contains("attempt 2").containsOnlyOnce("was successful after");
    assertThat(CAST.tags("slowtask")).containsExactly(runId);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  @Order(2)
  void shouldHandBackARunWhoseAgentWasToldToStop() throws Exception {
    // Given
    String runId = CAST.start("slowtask");
    awaitBusyAgent();

    // When
    signal("TERM", PLATFORM.process(busyAgent().orElseThrow()));

    // Then
    assertThat(CAST.finished(runId, Duration.ofSeconds(120))).isEqualTo("Succeeded");
    assertThat(CAST.log(runId))
        .containsOnlyOnce("was successful after")
        .as("handed back, not lost")
        .doesNotContain("was lost");
    assertThat(CAST.tags("slowtask")).containsOnlyOnce(runId);
  }

  /**
   * F12, F15, F32: a pause that is longer than a lease ends no step, and the run settles
   * afterwards. Those of a minute are in the suite of faults.
   */
  @ParameterizedTest
  @ValueSource(strings = {"task-api", "postgres", "identity-service", "kafka"})
  @Order(3)
  void shouldKeepARunWhilePartsArePaused(String part) throws Exception {
    // Given
    String runId =
        WORKSHOP.start(
            """
            steps:
              - id: slow
                cmd: $Registry/base/shell:1 sh -c 'echo has begun before %1$s; sleep 30; echo has ended'
            """
                .formatted(part));
    WORKSHOP.awaitLog(runId, "has begun before " + part);
    List<ProcessHandle> paused =
        Stream.concat(Stream.of(PLATFORM.process(part)), PLATFORM.process(part).descendants())
            .toList();

    // When
    for (ProcessHandle process : paused) {
      signal("STOP", process);
    }
    Thread.sleep(Duration.ofSeconds(20));
    for (ProcessHandle process : paused) {
      signal("CONT", process);
    }

    // Then
    RunEnd end = WORKSHOP.end(runId).succeeded();
    assertThat(end.log()).containsOnlyOnce("has begun").containsOnlyOnce("has ended");
    assertThat(end.events())
        .filteredOn(event -> event.type() == EventType.RUN_STARTED)
        .as("attempts")
        .hasSize(1);
  }

  /** An agent that slept past its lease wakes up when another one has done the run. */
  @Test
  @Order(3)
  void shouldIgnoreAnAgentThatSleptPastItsLease() throws Exception {
    // Given
    String runId = CAST.start("slowtask");
    awaitBusyAgent();
    ProcessHandle sleeper = PLATFORM.process(busyAgent().orElseThrow());

    // When
    signal("STOP", sleeper);
    assertThat(CAST.finished(runId, Duration.ofSeconds(120))).isEqualTo("Succeeded");
    String log = CAST.log(runId);
    signal("CONT", sleeper);
    String next = CAST.start("quicktask");

    // Then
    assertThat(CAST.finished(next, Duration.ofSeconds(60))).isEqualTo("Succeeded");
    assertThat(CAST.status(runId)).isEqualTo("Succeeded");
    assertThat(CAST.log(runId)).isEqualTo(log).contains("attempt 2");
    assertThat(sleeper.isAlive()).isTrue();
  }

  @Test
  @Order(4)
  void shouldExecuteARunOnceThatWasAcceptedBeforeTaskApiWasKilled() {
    String runId = CAST.start("quicktask");
    PLATFORM.process("task-api").destroyForcibly();
    awaitReady();

    assertThat(CAST.finished(runId, Duration.ofSeconds(90))).isEqualTo("Succeeded");
    assertThat(CAST.tags("quicktask")).containsOnlyOnce(runId);
    assertThat(CAST.log(runId)).containsOnlyOnce("was successful after");
  }

  @Test
  @Order(5)
  void shouldLoseNoRunWhenKafkaIsKilled() {
    shouldLoseNoRunWhenKilled("kafka");
  }

  @Test
  @Order(6)
  void shouldLoseNoRunWhenPostgresIsKilled() {
    shouldLoseNoRunWhenKilled("postgres");
  }

  private static void awaitBusyAgent() {
    Platform.await(
        "an agent executes the RUN", Duration.ofSeconds(60), () -> busyAgent().isPresent());
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-" + name, "" + process.pid()).start().waitFor();
  }

  /** The agent that runs the slow command. */
  private static Optional<String> busyAgent() {
    return Stream.of("run-agent-1", "run-agent-2")
        .filter(part ->
            PLATFORM
                .process(part)
                .descendants()
                .anyMatch(child -> Command.commandLine(child).contains("setTimeout")))
        .findFirst();
  }

  private void shouldLoseNoRunWhenKilled(String part) {
    // Given
    List<String> runs = IntStream.range(0, 3).mapToObj(i -> CAST.start("quicktask")).toList();

    // When
    PLATFORM.process(part).destroyForcibly();
    awaitReady();
    String after = CAST.start("quicktask");

    // Then
    for (String runId : runs) {
      assertThat(CAST.finished(runId, Duration.ofSeconds(120))).as(runId).isEqualTo("Succeeded");
    }
    assertThat(CAST.finished(after, Duration.ofSeconds(90))).isEqualTo("Succeeded");
    assertThat(CAST.tags("quicktask")).contains(after).containsAll(runs);
  }

  private static void awaitReady() {
    Platform.await(
        "the platform is ready again",
        Duration.ofSeconds(120),
        () ->
            PLATFORM.slipway("status").exitCode() == 0
                && PLATFORM.az("acr", "list", "--output", "tsv").exitCode() == 0);
  }
}
