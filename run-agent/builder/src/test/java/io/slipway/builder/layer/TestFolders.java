package io.slipway.builder.layer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Tells everything of a folder's content that a layer has to keep. */
final class TestFolders {

  private TestFolders() {}

  /** One line per path: type and mode, owner, time, links, attributes and content. */
  static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    Map<Object, String> inodes = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted().toList()) {
        if (!path.equals(root)) {
          lines.put(root.relativize(path).toString(), line(root, path, inodes));
        }
      }
    }
    return lines;
  }

  private static String line(Path root, Path path, Map<Object, String> inodes) throws IOException {
    Map<String, Object> about = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (int) about.get("mode");
    StringBuilder line = new StringBuilder(Integer.toOctalString(mode));
    line.append(" ").append(about.get("uid")).append(":").append(about.get("gid"));
    boolean device = (mode & 0170000) == 0020000;
    if (device) {
      return "device " + about.get("rdev");
    }
    line.append(" ").append(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant());
    if (Files.isSymbolicLink(path)) {
      line.append(" -> ").append(Files.readSymbolicLink(path));
    } else if (Files.isRegularFile(path)) {
      String first =
          inodes.putIfAbsent(about.get("ino").toString(), root.relativize(path).toString());
      line.append(first == null ? "" : " same as " + first);
      line.append(" '").append(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
      line.append("'");
    }
    for (String name : NativeFiles.attributes(path).stream().sorted().toList()) {
      line.append(" ").append(name).append("=");
      NativeFiles.attribute(path, name)
          .ifPresent(value -> line.append(HexFormat.of().formatHex(value)));
    }
    return line.toString();
  }
}
