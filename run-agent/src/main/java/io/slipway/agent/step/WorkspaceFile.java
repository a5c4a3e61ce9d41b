package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that a run names in its own context; nothing outside of it is ever read. */
final class WorkspaceFile {
  private static final long LARGEST = 1 << 20;

  private WorkspaceFile() {}

  /**
   * Reads a text file of at most 1 MiB.
   *
   * @param what what it is for, as messages name it
   * @param path relative to the workspace
   */
  static String read(Path workspace, String what, String path) throws Refusal {
    try {
      Path file = workspace.resolve(path.replaceFirst("^/workspace/", "")).normalize();
      if (!file.startsWith(workspace)) {
        throw Refusal.user("the " + what + " '" + path + "' is outside of the context of the run");
      }
      if (!Files.exists(file)) {
        throw Refusal.user("the " + what + " '" + path + "' is not in the context");
      }
      // The context comes from the user: a link in it may lead anywhere.
      if (!file.toRealPath().startsWith(workspace.toRealPath()) || !Files.isRegularFile(file)) {
        throw Refusal.user(
            "the " + what + " '" + path + "' is not a file in the context of the run");
      }
      if (Files.size(file) > LARGEST) {
        throw Refusal.user("the " + what + " '" + path + "' is larger than 1 MiB");
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw Refusal.user("the " + what + " '" + path + "' cannot be read", unreadable);
    }
  }
}
