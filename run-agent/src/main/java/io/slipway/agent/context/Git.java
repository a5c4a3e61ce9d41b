package io.slipway.agent.context;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The machine's git, in one folder and with nothing of the machine's or the user's settings.
 *
 * @param folder where it works
 * @param settings options before the command
 * @param output takes what it says when it fails
 */
record Git(Path folder, List<String> settings, Consumer<String> output) {
  private static final Pattern TOKEN = Pattern.compile("(https?://)[^/@\\s]+@");

  /** An address, or text with addresses, without what stands before the host. */
  static String redacted(String text) {
    return TOKEN.matcher(text).replaceAll("$1<REDACTED>@");
  }

  /**
   * Runs a command to its end.
   *
   * @return what it printed
   * @throws GitFailedException if its exit code is not zero
   */
  String run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(settings);
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.putAll(
        Map.of(
            "PATH", path,
            "HOME", folder.toString(),
            "GIT_TERMINAL_PROMPT", "0",
            "GIT_CONFIG_NOSYSTEM", "1",
            "GIT_CONFIG_GLOBAL", "/dev/null",
            "GIT_SSH_COMMAND", "ssh -oBatchMode=yes",
            "LC_ALL", "C.UTF-8"));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    Path errors = Files.createTempFile(folder.getParent(), "git", ".err");
    builder.redirectError(errors.toFile());
    Process process = builder.start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        String said = redacted(Files.readString(errors)).strip();
        said.lines().forEach(output);
        throw new GitFailedException("git " + words[0] + ": " + said);
      }
      return out;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(errors);
    }
  }
}
