package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.dockerfile.PathPattern;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what a pattern of {@code COPY} means: {@code *}, {@code ?} and {@code […]} per part. */
final class Glob {
  private Glob() {}

  static boolean isPattern(String path) {
    return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** Paths that match, in order; a path without a pattern is itself. */
  static List<String> find(FileSource source, String pattern) throws IOException {
    List<String> found = List.of("");
    for (String part : pattern.split("/")) {
      List<String> next = new ArrayList<>();
      for (String folder : found) {
        next.addAll(step(source, folder, part));
      }
      found = next;
    }
    return found;
  }

  private static List<String> step(FileSource source, String folder, String part)
      throws IOException {
    if (!isPattern(part)) {
      return List.of(LayerPath.join(folder, part));
    }
    String real = source.resolve(folder);
    Optional<LayerEntry> entry = real.isEmpty() ? Optional.of(rootEntry()) : source.find(real);
    if (entry.isEmpty() || entry.get().type() != LayerEntry.Type.FOLDER) {
      return List.of();
    }
    Pattern matcher = matcher(part);
    List<String> names = new ArrayList<>();
    for (LayerEntry child : source.children(real)) {
      if (matcher.matches(child.name())) {
        names.add(LayerPath.join(folder, child.name()));
      }
    }
    return names;
  }

  private static LayerEntry rootEntry() {
    return LayerEntry.folder("", 0755, 0, 0, Instant.EPOCH);
  }

  private static Pattern matcher(String part) throws IOException {
    int open = part.indexOf('[');
    if (open >= 0 && part.indexOf(']', open + 2) < 0) {
      throw new IOException("'" + part + "' is not a valid pattern: '[' is not closed");
    }
    try {
      return PathPattern.of(part);
    } catch (IllegalArgumentException malformed) {
      throw new IOException(malformed.getMessage(), malformed);
    }
  }
}
