package io.slipway.bench.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command {@code slipway} for the platform of one state folder.
 *
 * @param root folder of the project
 * @param state the state folder
 */
public record SlipwayCommand(Path root, Path state) {

  /**
   * Runs a command of a project that is built, with {@code --state} after its first word.
   *
   * @throws IOException with all that it said, if it fails
   */
  public void run(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(root.resolve("slipway").toString(), words[0]));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of(words).subList(1, words.length));
    Path said = Files.createTempFile("slipway-bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
      // Whoever measures has built it; a build in between would be measured, too.
      builder.environment().put("SLIPWAY_BUILD", "no");
      if (builder.start().waitFor() != 0) {
        throw new IOException(command + ":\n" + Files.readString(said));
      }
    } finally {
      Files.delete(said);
    }
  }

  /** Deletes the state folder of a platform that is down. */
  public void deleteState() throws IOException, InterruptedException {
    new ProcessBuilder("rm", "-rf", "--one-file-system", "--", state.toString())
        .inheritIO()
        .start()
        .waitFor();
  }
}
