package io.slipway.bench.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Programs called to their end. */
final class Commands {
  private static final int SHOWN = 2000;

  private Commands() {}

  /**
   * Calls one.
   *
   * @return what it printed
   * @throws IOException if it fails, with the end of what it printed
   */
  static String run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String printed =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int code = process.waitFor();
    if (code != 0) {
      String end = printed.substring(Math.max(0, printed.length() - SHOWN));
      throw new IOException(command.getFirst() + " ended with " + code + ": " + end);
    }
    return printed;
  }
}
