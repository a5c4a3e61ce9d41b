package io.slipway.agent.step;

import io.slipway.builder.OpenFile;
import io.slipway.builder.OpenFolder;
import io.slipway.taskfile.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Files of the workspace that the agent itself reads and writes. Steps may write there meanwhile:
 * what was opened is what counts, and nothing outside of the workspace is ever opened. Links are
 * followed as far as they stay within it.
 */
final class WorkspaceFile {
  private static final int LARGEST = 1 << 20;

  private WorkspaceFile() {}

  /**
   * Reads a text file of at most 1 MiB.
   *
   * @param what what it is for, as messages name it
   * @param path relative to the workspace
   */
  static String read(Path workspace, String what, String path) throws Refusal {
    Path file = workspace.resolve(path.replaceFirst("^/workspace/", "")).normalize();
    if (!file.startsWith(workspace)) {
      throw Refusal.user("the " + what + " '" + path + "' is outside of the context of the run");
    }
    String named = "the " + what + " '" + path + "'";
    return new String(
        read(workspace, workspace.relativize(file).toString(), named, LARGEST),
        StandardCharsets.UTF_8);
  }

  /**
   * Reads a file.
   *
   * @param path without {@code ..}
   * @param named the file as messages name it
   * @param most bytes that it may have
   */
  static byte[] read(Path workspace, String path, String named, int most) throws Refusal {
    String real = path;
    try (OpenFolder folder = OpenFolder.open(workspace)) {
      real = folder.resolve(path);
      try (OpenFile file = folder.file(real);
          InputStream in = file.stream()) {
        byte[] content = in.readNBytes(most + 1);
        if (content.length > most) {
          throw Refusal.user(named + " is larger than " + (most >> 10) + " KiB");
        }
        return content;
      }
    } catch (NoSuchFileException | NotDirectoryException missing) {
      throw Refusal.user(
          real.equals(path)
              ? named + " is not in the workspace"
              : named + " is a link that leads out of the workspace, or to nothing in it",
          missing);
    } catch (IOException unreadable) {
      throw Refusal.user(named + " is not a file that can be read", unreadable);
    }
  }

  /**
   * Writes a file in one move. What has its name is replaced, never followed; only a folder is not.
   *
   * @param path without {@code ..}
   * @param named the file as messages name it
   */
  static void write(Path workspace, String path, String named, String content) throws Refusal {
    int name = path.lastIndexOf('/') + 1;
    try (OpenFolder folder = OpenFolder.open(workspace)) {
      String above = folder.resolve(path.substring(0, name));
      folder.write(above + "/" + path.substring(name), content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException | InvalidPathException failed) {
      throw Refusal.user(
          named
              + " cannot be written: its folder must be one of the workspace, and its name no folder's",
          failed);
    }
  }
}
