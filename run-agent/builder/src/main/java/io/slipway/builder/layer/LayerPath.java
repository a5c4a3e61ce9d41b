package io.slipway.builder.layer;

import java.util.ArrayDeque;
import java.util.Deque;

/** Paths inside an image: as text, since no rule of the host's file system applies to them. */
public final class LayerPath {

  private LayerPath() {}

  /**
   * Brings a path in its one form: no {@code .}, no double or outer slashes. {@code /} and {@code
   * .} become the empty text.
   *
   * @throws IllegalArgumentException if it leaves the root by {@code ..} or holds a NUL
   */
  public static String normal(String path) {
    if (isNormal(path)) {
      return path;
    }
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/", -1)) {
      switch (part) {
        case "", "." -> {}
        case ".." -> throw new IllegalArgumentException("The path '" + path + "' goes up by '..'");
        default -> parts.addLast(part);
      }
    }
    if (path.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("A path with a NUL character");
    }
    return String.join("/", parts);
  }

  private static boolean isNormal(String path) {
    int start = 0;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      int length = end - start;
      boolean special =
          length == 0
              || (length == 1 && path.charAt(start) == '.')
              || (length == 2 && path.startsWith("..", start));
      if (special) {
        return path.isEmpty();
      }
      start = end + 1;
    }
    return path.indexOf('\0') < 0;
  }

  /** The folder that holds a path; empty for the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** A path below a folder. */
  public static String join(String folder, String name) {
    return folder.isEmpty() ? name : folder + "/" + name;
  }

  /** Whether a path is the folder itself or lies in it. */
  public static boolean isWithin(String path, String folder) {
    return folder.isEmpty() || path.equals(folder) || path.startsWith(folder + "/");
  }
}
