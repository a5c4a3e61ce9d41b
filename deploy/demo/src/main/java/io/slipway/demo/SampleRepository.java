package io.slipway.demo;

import io.slipway.local.state.LocalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sample application as a git repository with one branch, {@code main}. */
public final class SampleRepository {
  /** Its name on the git server. */
  public static final String NAME = "helloworld-node.git";

  private SampleRepository() {}

  /** Makes the repository in the folder, or brings it up to date with the sample. */
  public static void ensure(Path sample, Path folder) {
    Path repository = folder.resolve(NAME);
    try {
      Files.createDirectories(folder);
      if (!Files.exists(repository.resolve("HEAD"))) {
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", NAME);
      }
      List<String> inSample = List.of("--git-dir=" + repository, "--work-tree=" + sample);
      git(sample, inSample, "add", "--all", ".");
      if (hasChanges(sample, inSample)) {
        git(
            sample,
            inSample,
            "-c",
            "user.name=Slipway demo",
            "-c",
            "user.email=demo@localhost",
            "-c",
            "commit.gpgsign=false",
            "commit",
            "--quiet",
            "--message",
            "Sample application");
      }
    } catch (IOException failed) {
      throw new LocalException("The sample repository cannot be created: " + failed.getMessage());
    }
  }

  private static boolean hasChanges(Path folder, List<String> options) throws IOException {
    return !git(folder, options, "status", "--porcelain").isBlank();
  }

  private static void git(Path folder, String... words) throws IOException {
    git(folder, List.of(), words);
  }

  private static String git(Path folder, List<String> options, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(options);
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // A person's own settings and hooks must not apply here.
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().keySet().removeIf(name -> name.equals("GIT_DIR"));
    builder.redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + output.strip());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    }
    return output;
  }
}
