package io.slipway.agent.step;

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
   * @throws StepFailure if it lies outside the workspace
   */
  static String inWorkspace(String workingDirectory, String path) throws StepFailure {
    Path folder = WORKSPACE.resolve(workingDirectory).resolve(path).normalize();
    if (!folder.startsWith(WORKSPACE)) {
      throw StepFailure.refused(
          "'" + path + "' is outside of the workspace; a build reads from /workspace only");
    }
    return WORKSPACE.relativize(folder).toString();
  }
}
