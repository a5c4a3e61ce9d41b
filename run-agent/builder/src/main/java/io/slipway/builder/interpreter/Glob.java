package io.slipway.builder.interpreter;

import com.google.re2j.Pattern;
import io.slipway.builder.dockerfile.PathPattern;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.layer.LayerPath;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds what a pattern of {@code COPY} means: {@code *}, {@code ?} and {@code […]} per part. */
final class Glob {
  private Glob() {}

  static boolean isPattern(String path) {
    return path.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /**
   * Paths that match, in order; a path without a pattern is itself.
   *
   * @param deep whether {@code **} stands for any number of folders
   */
  static List<String> find(FileSource source, String pattern, boolean deep) throws IOException {
    return find(source, "", pattern, deep, false);
  }

  /**
   * Paths below a folder that match a pattern of {@code --parents}, from that folder.
   *
   * @param open whether the folder need not have what the pattern names
   */
  static List<String> below(FileSource source, String root, String pattern, boolean open)
      throws IOException {
    int start = root.isEmpty() ? 0 : root.length() + 1;
    return find(source, root, pattern, true, open).stream()
        .map(path -> path.length() < start ? "" : path.substring(start))
        .toList();
  }

  private static List<String> find(
      FileSource source, String root, String pattern, boolean deep, boolean maybe)
      throws IOException {
    Set<String> found = new LinkedHashSet<>(Set.of(root));
    boolean open = maybe;
    String[] parts = pattern.split("/");
    for (int i = 0; i < parts.length; i++) {
      boolean any = deep && parts[i].equals("**");
      if (any && i == parts.length - 1) {
        break; // all that is in a folder is the folder
      }
      Set<String> next = new LinkedHashSet<>();
      for (String folder : found) {
        if (any) {
          folders(source, folder, next);
        } else {
          next.addAll(step(source, folder, parts[i], open));
        }
      }
      open |= isPattern(parts[i]);
      found = next;
    }
    return List.copyOf(found);
  }

  /** A folder with all that are below it. */
  private static void folders(FileSource source, String folder, Set<String> into)
      throws IOException {
    String real = source.resolve(folder);
    boolean there = real.isEmpty() || source.find(real).filter(Glob::isFolder).isPresent();
    if (there && into.add(folder)) {
      for (LayerEntry child : source.children(real)) {
        if (isFolder(child)) {
          folders(source, LayerPath.join(folder, child.name()), into);
        }
      }
    }
  }

  private static boolean isFolder(LayerEntry entry) {
    return entry.type() == LayerEntry.Type.FOLDER;
  }

  private static List<String> step(FileSource source, String folder, String part, boolean open)
      throws IOException {
    if (!isPattern(part)) {
      String path = LayerPath.join(folder, part);
      // Of the folders that a pattern has found not each has to have it.
      return open && source.find(source.resolve(path)).isEmpty() ? List.of() : List.of(path);
    }
    String real = source.resolve(folder);
    Optional<LayerEntry> entry = real.isEmpty() ? Optional.of(rootEntry()) : source.find(real);
    if (entry.isEmpty() || !isFolder(entry.get())) {
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
