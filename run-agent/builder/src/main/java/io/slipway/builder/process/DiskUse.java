package io.slipway.builder.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Counts what folders take of the disk. */
public final class DiskUse {
  private DiskUse() {}

  /**
   * What folders take together: blocks, so that holes in files do not count; what is met twice, by
   * a hard link or in two of the folders, counts once.
   *
   * @param folders some of which may not exist
   */
  public static long bytes(Collection<Path> folders) throws InterruptedException {
    List<String> words = new ArrayList<>(List.of("du", "-s", "-x", "-c", "-B1", "--"));
    folders.forEach(each -> words.add(each.toString()));
    return lastNumber(words);
  }

  /** What files that are open in some process take, by their paths below {@code /proc}. */
  public static long ofOpenFiles(Collection<Path> files) throws InterruptedException {
    // The blocks of stat have 512 bytes, whatever the file system's have.
    List<String> words = new ArrayList<>(List.of("stat", "-L", "--format=%b", "--"));
    files.forEach(each -> words.add(each.toString()));
    return 512 * printed(words).lines().mapToLong(DiskUse::number).sum();
  }

  private static long lastNumber(List<String> words) throws InterruptedException {
    String text = printed(words);
    return number(text.substring(text.lastIndexOf('\n') + 1).split("\\s", 2)[0]);
  }

  private static String printed(List<String> words) throws InterruptedException {
    try {
      return ChildProcess.run(words);
    } catch (IOException changing) {
      // Files that go away meanwhile make it fail; it has counted the others.
      return String.valueOf(changing.getMessage());
    }
  }

  private static long number(String text) {
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }
}
