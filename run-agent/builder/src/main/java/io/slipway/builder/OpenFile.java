package io.slipway.builder;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A regular file that is held open: what is said of it and what is read is of the same file,
 * whatever has its name by now. Its content may still change.
 */
public final class OpenFile implements Closeable {
  private final Descriptor descriptor;
  private final About about;

  OpenFile(Descriptor descriptor, String name) throws IOException {
    this.descriptor = descriptor;
    this.about = About.of(descriptor.path());
    if (!about.isFile()) {
      throw new FileSystemException(name, null, "is not a regular file");
    }
  }

  /** As it was when it was opened. */
  public About about() {
    return about;
  }

  /** Its content from the beginning; readable after this is closed too. */
  public InputStream stream() throws IOException {
    return Files.newInputStream(descriptor.path());
  }

  /** A path of the file itself as long as it is open, for calls that take paths only. */
  public Path path() {
    return descriptor.path();
  }

  @Override
  public void close() {
    descriptor.close();
  }

  /**
   * What is known of a file, a link or a folder.
   *
   * @param mode its kind and its permission bits, as {@code st_mode}
   * @param size bytes of its content
   * @param changed time of the last change of its content
   * @param names how many names it has, which are hard links
   * @param identity the same for all names of one file, and for no other file
   */
  public record About(int mode, long size, Instant changed, int names, String identity) {
    private static final String ATTRIBUTES = "unix:mode,size,lastModifiedTime,nlink,dev,ino";
    private static final int KIND = 0170000;

    static About of(Path path, LinkOption... options) throws IOException {
      Map<String, Object> found = Files.readAttributes(path, ATTRIBUTES, options);
      return new About(
          number(found, "mode").intValue(),
          number(found, "size").longValue(),
          ((FileTime) Objects.requireNonNull(found.get("lastModifiedTime"))).toInstant(),
          number(found, "nlink").intValue(),
          found.get("dev") + ":" + found.get("ino"));
    }

    private static Number number(Map<String, Object> found, String name) {
      return (Number) Objects.requireNonNull(found.get(name));
    }

    /** Permission bits with setuid, setgid and sticky. */
    public int permissions() {
      return mode & 07777;
    }

    public boolean isFile() {
      return (mode & KIND) == 0100000;
    }

    public boolean isFolder() {
      return (mode & KIND) == 0040000;
    }

    public boolean isLink() {
      return (mode & KIND) == 0120000;
    }
  }
}
