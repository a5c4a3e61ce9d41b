package io.slipway.builder.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.process.Tools;
import io.slipway.builder.support.Docker;
import io.slipway.infra.DockerDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernel ends the steps of an agent that is stopped, whatever starts its containers. Looked at
 * in the process table: a stopped agent cannot say anything, and its log would not show it.
 */
@Timeout(180)
class StoppedAgentTest {
  private static final int STEPS_OF_A_LAUNCHER = 3;

  /** Longer than a run lives without being fed, shorter than what a lease has left then. */
  private static final Duration STOPPED = Duration.ofSeconds(8);

  @TempDir Path folder;

  /** Nobody else sleeps as long. */
  private final String seconds =
      String.valueOf(4_000_000 + Math.floorMod(System.nanoTime(), 900_000));

  @Test
  void shouldEndTheStepsOfAStoppedAgentOnly() throws Exception {
    List<String> launchers =
        Stream.of("crun", "runc").filter(name -> Tools.find(name).isPresent()).toList();
    shouldEndTheStepsOfAStoppedAgentOnly(launchers, STOPPED);
  }

  @Test
  void shouldEndTheStepsOfAStoppedAgentInDocker() throws Exception {
    // Docker itself is asked to, which takes it a moment.
    shouldEndTheStepsOfAStoppedAgentOnly(List.of(docker()), STOPPED.plusSeconds(4));
  }

  private static String docker() {
    DockerDaemon daemon = Docker.daemon();
    return "docker " + daemon.client() + " " + daemon.host();
  }

  private void shouldEndTheStepsOfAStoppedAgentOnly(List<String> launchers, Duration stopped)
      throws Exception {
    Process agent = start(launchers);
    try {
      int expected = launchers.size() * STEPS_OF_A_LAUNCHER;
      await(expected, Duration.ofSeconds(90));
      Thread.sleep(STOPPED);
      assertThat(alive()).as("steps of an agent that goes on").hasSize(expected);

      signal("STOP", agent);
      Thread.sleep(stopped);
      assertThat(alive()).as("steps of a stopped agent").isEmpty();

      signal("CONT", agent);
      String said = new String(agent.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said.lines().filter("starved true"::equals)).hasSize(2 * launchers.size());
      assertThat(said.lines()).contains("left []");
      assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      agent.destroyForcibly().waitFor();
    }
  }

  @Test
  void shouldEndTheStepsOfAKilledAgentInDocker() throws Exception {
    Process agent = start(List.of(docker()));
    try {
      await(STEPS_OF_A_LAUNCHER, Duration.ofSeconds(90));
    } finally {
      agent.destroyForcibly().waitFor();
    }
    await(0, Duration.ofSeconds(20));
  }

  private Process start(List<String> launchers) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FedProgram.class.getName(),
                folder.toString(),
                seconds));
    command.addAll(launchers);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private void await(int number, Duration within) throws Exception {
    long until = System.nanoTime() + within.toNanos();
    while (alive().size() != number) {
      assertThat(System.nanoTime()).as("%s of %d", alive(), number).isLessThan(until);
      Thread.sleep(100);
    }
  }

  /** The sleeping processes themselves; a zombie is none. */
  private List<String> alive() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      for (Path process :
          all.filter(each -> each.getFileName().toString().matches("\\d+")).toList()) {
        try {
          String words = Files.readString(process.resolve("cmdline")).replace('\0', ' ').strip();
          if (words.equals("sleep " + seconds)) {
            found.add(process.getFileName() + " " + words);
          }
        } catch (IOException gone) {
          // It ended meanwhile.
        }
      }
    }
    return found;
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
  }
}
