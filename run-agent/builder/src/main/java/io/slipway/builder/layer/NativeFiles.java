package io.slipway.builder.layer;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Linux can do with files and Java cannot: whiteouts, FIFOs, extended attributes of any name,
 * times of links. No call follows a symbolic link, but {@link #chmod}, which is never given one.
 */
public final class NativeFiles {
  private static final int S_IFCHR = 0020000;
  private static final int S_IFIFO = 0010000;
  private static final int AT_FDCWD = -100;
  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int ERANGE = 34;
  private static final int ENODATA = 61;
  private static final int EOPNOTSUPP = 95;

  /** {@code errno} of a call that this process may not do. */
  public static final int EPERM = 1;

  /** {@code errno} of an owner that this user namespace does not know. */
  public static final int EINVAL = 22;

  private NativeFiles() {}

  /** The C library, bound once it is needed. */
  private static final class C {
    static {
      Native.register(
          C.class,
          NativeLibrary.getInstance(
              "c", Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name())));
    }

    static native int mknod(String path, int mode, long device) throws LastErrorException;

    static native int lchown(String path, int uid, int gid) throws LastErrorException;

    static native int chmod(String path, int mode) throws LastErrorException;

    static native int utimensat(int folder, String path, long[] times, int flags)
        throws LastErrorException;

    static native int lsetxattr(String path, String name, byte[] value, long size, int flags)
        throws LastErrorException;

    static native long lgetxattr(String path, String name, byte[] value, long size)
        throws LastErrorException;

    static native long llistxattr(String path, byte[] list, long size) throws LastErrorException;
  }

  /** A system call failed. */
  public static final class NativeException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int errno;

    NativeException(String action, Path path, LastErrorException cause) {
      super(action + " " + path + ": " + cause.getMessage(), cause);
      this.errno = cause.getErrorCode();
    }

    /** Number of the error as in {@code errno.h}. */
    public int errno() {
      return errno;
    }
  }

  /** Makes a whiteout as overlayfs has it: a character device 0:0. */
  public static void makeWhiteout(Path path) throws NativeException {
    call("mknod", path, () -> C.mknod(path.toString(), S_IFCHR, 0));
  }

  /** Makes a device that is nothing to read, and forgets what is written. */
  public static void makeNull(Path path) throws NativeException {
    call("mknod", path, () -> C.mknod(path.toString(), S_IFCHR, 0x103));
    chmod(path, 0666);
  }

  public static void makeFifo(Path path) throws NativeException {
    call("mkfifo", path, () -> C.mknod(path.toString(), S_IFIFO | 0600, 0));
  }

  public static void chown(Path path, long uid, long gid) throws NativeException {
    call("chown", path, () -> C.lchown(path.toString(), (int) uid, (int) gid));
  }

  /** Sets permission bits with setuid, setgid and sticky; never of a symbolic link. */
  public static void chmod(Path path, int mode) throws NativeException {
    call("chmod", path, () -> C.chmod(path.toString(), mode));
  }

  /** Sets the time of the last change. */
  public static void setTime(Path path, Instant mtime) throws NativeException {
    long seconds = mtime.getEpochSecond();
    long nanos = mtime.getNano();
    long[] times = {seconds, nanos, seconds, nanos};
    call(
        "utimensat",
        path,
        () -> C.utimensat(AT_FDCWD, path.toString(), times, AT_SYMLINK_NOFOLLOW));
  }

  public static void setAttribute(Path path, String name, byte[] value) throws NativeException {
    call(
        "setxattr " + name, path, () -> C.lsetxattr(path.toString(), name, value, value.length, 0));
  }

  /** Value of an extended attribute. */
  public static Optional<byte[]> attribute(Path path, String name) throws NativeException {
    byte[] value = new byte[256];
    while (true) {
      try {
        int length = (int) C.lgetxattr(path.toString(), name, value, value.length);
        return Optional.of(Arrays.copyOf(value, length));
      } catch (LastErrorException e) {
        switch (e.getErrorCode()) {
          case ERANGE -> value = new byte[value.length * 16];
          case ENODATA, EOPNOTSUPP -> {
            return Optional.empty();
          }
          default -> throw new NativeException("getxattr " + name, path, e);
        }
      }
    }
  }

  /** Names of the extended attributes. */
  public static List<String> attributes(Path path) throws NativeException {
    byte[] names = new byte[512];
    while (true) {
      try {
        int length = (int) C.llistxattr(path.toString(), names, names.length);
        return split(names, length);
      } catch (LastErrorException e) {
        switch (e.getErrorCode()) {
          case ERANGE -> names = new byte[names.length * 16];
          case EOPNOTSUPP -> {
            return List.of();
          }
          default -> throw new NativeException("listxattr", path, e);
        }
      }
    }
  }

  private static List<String> split(byte[] names, int length) {
    if (length == 0) {
      return List.of();
    }
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (names[i] == 0) {
        parts.add(new String(names, start, i - start, StandardCharsets.UTF_8));
        start = i + 1;
      }
    }
    return parts;
  }

  private interface Call {
    int run() throws LastErrorException;
  }

  private static void call(String action, Path path, Call call) throws NativeException {
    try {
      int unused = call.run();
    } catch (LastErrorException e) {
      throw new NativeException(action, path, e);
    }
  }
}
