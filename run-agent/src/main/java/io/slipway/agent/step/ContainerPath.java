package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders as a step names them, in its container and on this machine. */
final class ContainerPath {
  private static final Path WORKSPACE = Path.of("/workspace");

  private ContainerPath() {}

  /**
   * Where a step works: beneath {@code /workspace} if it is relative; {@code ../x} may leave it.
   */
  static String workingDirectory(String written) {
    return WORKSPACE.resolve(written).normalize().toString();
  }

  /**
   * A path that a build names, relative to the workspace.
   *
   * @param workingDirectory folder of the step, as written
   * @param path the path, relative to it or absolute within the workspace
   * @throws Refusal if it lies outside the workspace
   */
  static String inWorkspace(String workingDirectory, String path) throws Refusal {
    Path folder = WORKSPACE.resolve(workingDirectory).resolve(path).normalize();
    if (!folder.startsWith(WORKSPACE)) {
      throw Refusal.user(
          "'" + path + "' is outside of the workspace; a build reads from /workspace only");
    }
    return WORKSPACE.relativize(folder).toString();
  }

  /**
   * A file that a build reads; a link that leads out of the workspace is refused.
   *
   * @param what the file's role, as messages name it
   */
  static Path file(Path workspace, String workingDirectory, String path, String what)
      throws Refusal {
    return inside(workspace, workspace.resolve(inWorkspace(workingDirectory, path)), path, what);
  }

  /** The real path of a file that lies in a folder, links followed. */
  static Path inside(Path folder, Path file, String written, String what) throws Refusal {
    try {
      if (!Files.isRegularFile(file)) {
        throw Refusal.user(what + ", '" + written + "', does not exist");
      }
      Path real = file.toRealPath();
      if (real.startsWith(folder.toRealPath())) {
        return real;
      }
    } catch (IOException unreadable) {
      throw Refusal.user(what + ", '" + written + "', cannot be read");
    }
    throw Refusal.user(what + ", '" + written + "', leads out of its folder");
  }
}
