package io.slipway.gotemplate.function;

import java.util.ArrayDeque;
import java.util.Deque;

/** Functions for paths with slashes; no file is looked at. */
final class PathFunctions {
  private PathFunctions() {}

  static void addTo(FunctionTable table) {
    table
        .add("base", 1, a -> base(a.text(0)))
        .add("dir", 1, a -> clean(a.text(0).substring(0, a.text(0).lastIndexOf('/') + 1)))
        .add("clean", 1, a -> clean(a.text(0)))
        .add("ext", 1, a -> extension(a.text(0)))
        .add("isAbs", 1, a -> a.text(0).startsWith("/"));
  }

  private static String base(String path) {
    if (path.isEmpty()) {
      return ".";
    }
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return end == 0 ? "/" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
  }

  private static String extension(String path) {
    int dot = path.lastIndexOf('.');
    return dot > path.lastIndexOf('/') ? path.substring(dot) : "";
  }

  /** Without empty parts, {@code .} and {@code ..} where they can go. */
  static String clean(String path) {
    boolean absolute = path.startsWith("/");
    Deque<String> parts = new ArrayDeque<>();
    for (String part : path.split("/")) {
      if (part.isEmpty() || part.equals(".")) {
        continue;
      }
      boolean canGoUp = !parts.isEmpty() && !parts.getLast().equals("..");
      if (!part.equals("..")) {
        parts.add(part);
      } else if (canGoUp) {
        parts.removeLast();
      } else if (!absolute) {
        parts.add(part);
      }
    }
    String joined = String.join("/", parts);
    return absolute ? "/" + joined : joined.isEmpty() ? "." : joined;
  }
}
