package io.slipway.bench.runs;

import io.slipway.bench.platform.BenchPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the JVM of one part spends its time, recorded with JDK Flight Recorder. */
final class Profile {
  private static final String NAME = "bench";

  private final String part;
  private final long pid;

  private Profile(String part, long pid) {
    this.part = part;
    this.pid = pid;
  }

  /**
   * Starts to record.
   *
   * @param part such as {@code task-api} or {@code run-agent-1}
   */
  static Profile start(BenchPlatform platform, String part)
      throws IOException, InterruptedException {
    Profile profile = new Profile(part, platform.process(part).pid());
    // Stacks of reactive code are deep; the usual 64 frames do not reach the project's own.
    profile.jcmd("JFR.configure", "stackdepth=256");
    profile.jcmd("JFR.start", "name=" + NAME, "settings=profile");
    return profile;
  }

  /** Stops, keeps the recording as a file, and answers the hottest methods as text. */
  String stop(Path folder) throws IOException, InterruptedException {
    Path file = folder.resolve(part + ".jfr").toAbsolutePath();
    jcmd("JFR.dump", "name=" + NAME, "filename=" + file);
    jcmd("JFR.stop", "name=" + NAME);
    return "Hottest methods of "
        + part
        + " (the recording is in "
        + file
        + "):\n"
        + run("jfr", "view", "--width", "150", "hot-methods", file.toString())
        + HotFrames.of(file);
  }

  private void jcmd(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("jcmd", Long.toString(pid)));
    command.addAll(List.of(words));
    run(command.toArray(String[]::new));
  }

  private static String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(words));
    command.set(0, Path.of(System.getProperty("java.home"), "bin", words[0]).toString());
    Path said = Files.createTempFile("slipway-bench", ".out");
    try {
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      String text = Files.readString(said);
      if (code != 0) {
        throw new IOException(command + ": " + text);
      }
      return text;
    } finally {
      Files.delete(said);
    }
  }
}
