package io.slipway.builder.docker;

import io.slipway.builder.process.ChildProcess;
import io.slipway.builder.process.Tools;
import io.slipway.builder.process.Watchdog;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Ends a run's containers and builds when this process no longer feeds it, or has died: containers
 * belong to Docker and go on without it. It knows the running programs of Docker, since a build
 * ends with the program that asked for it, and finds containers by the label of the run.
 */
final class DockerWatchdog implements AutoCloseable {
  private static final String REMEMBER =
      """
      case $fed in
        +*) programs="$programs ${fed#+} " ;;
        -*) left=
            for each in $programs; do [ "$each" = "${fed#-}" ] || left="$left $each"; done
            programs=$left ;;
      esac
      """;

  /**
   * Programs with their plugins; containers twice, since Docker may just be starting a container
   * for a program that was killed.
   */
  private static final String ACT =
      """
      for each in $programs; do
        kill -9 $each $(cat /proc/$each/task/*/children 2>/dev/null)
      done
      for time in 1 2; do
        found=$(%1$s ps -aq --filter %2$s)
        [ -z "$found" ] || %1$s rm --force --volumes $found
        sleep 1
      done
      """;

  private final Process process;
  private final Watchdog watchdog;

  private DockerWatchdog(Process process) {
    this.process = process;
    this.watchdog = new Watchdog(process);
  }

  /**
   * Starts one.
   *
   * @param program Docker's program
   * @param environment its whole environment
   * @param label of the run's containers
   */
  static DockerWatchdog start(String program, Map<String, String> environment, String label)
      throws IOException {
    String act =
        "exec >/dev/null 2>&1\n"
            + ACT.formatted(Tools.quote(program), Tools.quote("label=" + label));
    List<String> words = Watchdog.words("programs=", REMEMBER, act);
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new DockerWatchdog(builder.start());
  }

  void feed() {
    watchdog.feed();
  }

  boolean isStarved() {
    return watchdog.isStarved();
  }

  /** Waits for the end of a program, which ends with the watchdog's patience at the latest. */
  int await(ChildProcess program) throws InterruptedException {
    watchdog.say("+" + program.pid());
    try {
      return program.await();
    } finally {
      watchdog.say("-" + program.pid());
    }
  }

  /** Ends it; it does not act any more. */
  @Override
  public void close() {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }
}
