package io.slipway.agent.context;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

/** Follows a path as if a folder were the root of the file system, so that no link leads out. */
final class ScopedPath {
  private static final int MOST_LINKS = 40;

  private ScopedPath() {}

  /**
   * The folder that a path means.
   *
   * @param root real path of the outermost folder
   * @throws ContextRefusedException if the path itself leads above the root, or is not a directory
   */
  static Path folder(Path root, String path) throws IOException {
    Deque<String> left = new ArrayDeque<>(List.of(path.split("/", -1)));
    Path at = root;
    int links = 0;
    try {
      if (!Path.of("/root").resolve(path.replaceFirst("^/+", "")).normalize().startsWith("/root")) {
        throw none(path);
      }
      while (!left.isEmpty()) {
        String part = left.removeFirst();
        if (part.isEmpty() || part.equals(".")) {
          continue;
        }
        if (part.equals("..")) {
          at = at.equals(root) ? root : Objects.requireNonNull(at.getParent());
          continue;
        }
        Path next = at.resolve(part);
        if (!Files.isSymbolicLink(next)) {
          at = next;
          continue;
        }
        if (++links > MOST_LINKS) {
          throw none(path);
        }
        String target = Files.readSymbolicLink(next).toString();
        if (target.startsWith("/")) {
          at = root;
        }
        List.of(target.split("/", -1)).reversed().forEach(left::addFirst);
      }
    } catch (InvalidPathException malformed) {
      throw none(path);
    }
    if (!Files.isDirectory(at)) {
      throw none(path);
    }
    return at;
  }

  private static ContextRefusedException none(String path) {
    return new ContextRefusedException(
        "the context has no folder '%s'".formatted(ContextRefusedException.shown(path)));
  }
}
