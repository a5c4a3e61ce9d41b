package io.slipway.builder;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A place in the file system that is held ({@code O_PATH}): nothing is read, no pipe waited for and
 * no device touched. What Java needs of it, it does by {@code /proc/self/fd}.
 */
final class Descriptor implements Closeable {
  private static final int CURRENT = -100;
  private static final int CLOSE_ON_EXEC = 02000000;
  private static final int PLACE = 010000000;
  private static final int ENOENT = 2;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;

  private final int number;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Descriptor(int number) {
    this.number = number;
  }

  private static final class C {
    /** Both depend on the processor. */
    private static final int FOLDER;

    private static final int NO_LINK;

    static {
      switch (System.getProperty("os.arch", "")) {
        case "amd64", "riscv64", "s390x" -> {
          FOLDER = 0200000;
          NO_LINK = 0400000;
        }
        case "aarch64", "ppc64le" -> {
          FOLDER = 040000;
          NO_LINK = 0100000;
        }
        default ->
            throw new UnsupportedOperationException(
                "Slipway does not know how folders are opened on the processor "
                    + System.getProperty("os.arch"));
      }
      Native.register(
          C.class,
          NativeLibrary.getInstance(
              "c", Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name())));
    }

    static native int openat(int folder, String name, int flags) throws LastErrorException;

    static native int close(int descriptor);
  }

  /** A folder; links on the way are followed. */
  static Descriptor folder(Path path) throws IOException {
    return open(CURRENT, path.toAbsolutePath().toString(), C.FOLDER);
  }

  /** A folder in this folder, itself no link. */
  Descriptor folder(String name) throws IOException {
    return open(number(), name, C.FOLDER | C.NO_LINK);
  }

  /** Whatever has a name in this folder, a link itself. */
  Descriptor any(String name) throws IOException {
    return open(number(), name, C.NO_LINK);
  }

  private static Descriptor open(int folder, String name, int flags) throws IOException {
    try {
      return new Descriptor(C.openat(folder, name, flags | PLACE | CLOSE_ON_EXEC));
    } catch (LastErrorException failed) {
      throw switch (failed.getErrorCode()) {
        case ENOENT -> new NoSuchFileException(name);
        case EACCES -> new AccessDeniedException(name);
        case ENOTDIR -> new NotDirectoryException(name);
        default -> new FileSystemException(name, null, failed.getMessage());
      };
    }
  }

  /** A path of the place itself. */
  Path path() {
    return Path.of("/proc/self/fd/" + number());
  }

  /** The same for other programs of this user. */
  Path pathForAll() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + number());
  }

  private int number() {
    if (closed.get()) {
      // It may be another file's by now.
      throw new IllegalStateException("this file or folder is closed");
    }
    return number;
  }

  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
      int unused = C.close(number);
    }
  }
}
