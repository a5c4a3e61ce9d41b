package io.slipway.builder.sandbox;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.slipway.builder.process.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A namespace that this process has open, below one of a sandbox. It lasts until it is closed and
 * nothing runs in it any more, and ends with this process, too.
 *
 * <p>It is made by system calls of a thread that ends in it: programs that do the same cost many
 * times what the kernel needs for it.
 */
final class OpenNamespace implements AutoCloseable {
  /** The first port that all users of a network may open. */
  private static final Path FIRST_PORT = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

  private static final int CLONE_FS = 0x200;
  private static final int CLONE_NEWNS = 0x20000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_CLOEXEC = 02000000;
  private static final long MS_RDONLY = 1;
  private static final long MS_REMOUNT = 32;
  private static final long MS_BIND = 4096;
  private static final int MNT_DETACH = 2;

  private int descriptor;
  private final int input;

  /**
   * One.
   *
   * @param input what whoever is in it has to read, as a descriptor; -1 for nothing
   */
  private OpenNamespace(int descriptor, int input) {
    this.descriptor = descriptor;
    this.input = input;
  }

  /** The C library, bound once it is needed. */
  static final class C {
    static {
      Native.register(
          C.class,
          NativeLibrary.getInstance(
              "c", Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name())));
    }

    static native int open(String path, int flags) throws LastErrorException;

    static native int openat(int folder, String path, int flags) throws LastErrorException;

    /** None of those that are called has another form. */
    static native long syscall(
        long number, long descriptor, String path, long third, byte[] fourth, long fifth)
        throws LastErrorException;

    static native int prctl(int option, long value) throws LastErrorException;

    static native int setfsuid(int uid);

    static native int setfsgid(int gid);

    static native int setns(int descriptor, int kind) throws LastErrorException;

    static native int unshare(int kinds) throws LastErrorException;

    static native int chdir(String path) throws LastErrorException;

    static native int mount(
        @Nullable String source,
        String target,
        @Nullable String type,
        long flags,
        @Nullable String data)
        throws LastErrorException;

    static native int umount2(String target, int flags) throws LastErrorException;

    static native int close(int descriptor);
  }

  /**
   * A sandbox's mounts, with a container's root, and with a program on a mount that nobody can
   * write through, so that a container that got hold of it could not change it.
   *
   * @param mapped where the container's files are if it has ids of its own; otherwise null
   * @param network the container's, as a file; null for that of this process
   * @param program the container's runtime
   * @throws IOException if the sandbox is over, or the kernel refuses
   */
  static OpenNamespace ofMounts(
      RunSandbox sandbox,
      Rootfs rootfs,
      @Nullable MappedFiles mapped,
      @Nullable Path network,
      Path program)
      throws IOException {
    String mounts = "/proc/" + sandbox.pid() + "/ns/mnt";
    return apart(() -> {
      int outer = C.open(mounts, O_CLOEXEC);
      int own = -1;
      int input = -1;
      try {
        // What it sees as /proc further down is the sandbox's, and has no number for it.
        own = C.open("/proc/thread-self/ns", O_CLOEXEC);
        if (mapped != null && network != null) {
          enter(network);
        }
        int unused = C.unshare(CLONE_FS);
        unused = C.setns(outer, CLONE_NEWNS);
        unused = C.unshare(CLONE_NEWNS);
        protect(program.toString());
        if (mapped == null) {
          overlay(rootfs.merged(), rootfs.folder(), rootfs.options());
        } else {
          mapped.mount();
          input = C.open(mapped.input().toString(), O_CLOEXEC);
        }
        return new OpenNamespace(C.openat(own, "mnt", O_CLOEXEC), input);
      } finally {
        int unused = C.close(outer) + (own < 0 ? 0 : C.close(own));
      }
    });
  }

  /** Goes into a network, in which all of its users may open all ports, as in Docker. */
  private static void enter(Path network) throws IOException {
    int descriptor = C.open(network.toString(), O_CLOEXEC);
    try {
      int unused = C.setns(descriptor, CLONE_NEWNET);
      Files.writeString(FIRST_PORT, "0", StandardOpenOption.WRITE);
    } finally {
      int unused = C.close(descriptor);
    }
  }

  /**
   * Mounts a container's root.
   *
   * @param folder where its options are meant
   */
  static void overlay(Path target, Path folder, String options) {
    int unused = C.chdir(folder.toString());
    mount("overlay", target, 0, options);
  }

  /** Takes a mount away with all below it; who has it in use keeps it. */
  static void unmount(Path target) {
    int unused = C.umount2(target.toString(), MNT_DETACH);
  }

  static void mount(String type, Path target, long flags, String options) {
    int unused = C.mount(type, target.toString(), type, flags, options);
  }

  /** A runtime that finds itself on no such mount makes one, which costs a start of its own. */
  private static void protect(String program) {
    try {
      int unused = C.mount(program, program, null, MS_BIND, null);
    } catch (LastErrorException refused) {
      return; // Then it does.
    }
    try {
      int unused = C.mount(null, program, null, MS_BIND | MS_REMOUNT | MS_RDONLY, null);
    } catch (LastErrorException lockedByAnOuterNamespace) {
      int unused = C.umount2(program, MNT_DETACH);
    }
  }

  /** An empty network. */
  static OpenNamespace ofNetwork() throws IOException {
    return apart(() -> {
      int unused = C.unshare(CLONE_NEWNET);
      return new OpenNamespace(C.open("/proc/thread-self/ns/net", O_CLOEXEC), -1);
    });
  }

  /**
   * Does something in this network.
   *
   * @throws IOException if the kernel refuses, or it failed
   */
  <T> T inNetwork(Supplier<T> work) throws IOException {
    return apart(() -> {
      int unused = C.setns(descriptor, CLONE_NEWNET);
      return work.get();
    });
  }

  /** Where programs outside of sandboxes find it. */
  Path file() {
    return Path.of("/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor);
  }

  /** What the first process of a container has to read: a null device that no other one has. */
  Path input() {
    return input < 0 ? ChildProcess.NOTHING : Path.of("/proc/self/fd/" + input);
  }

  /** In a thread that ends in whatever namespaces it goes into. */
  private static <T> T apart(Callable<T> work) throws IOException {
    try {
      return CompletableFuture.supplyAsync(
              () -> {
                try {
                  return work.call();
                } catch (Exception failed) {
                  throw new CompletionException(failed);
                }
              },
              task -> Thread.ofPlatform().name("namespaces").daemon().start(task))
          .join();
    } catch (CompletionException failed) {
      throw new IOException(
          "a namespace of a container cannot be made: " + failed.getCause(), failed);
    }
  }

  @Override
  public synchronized void close() {
    if (descriptor >= 0) {
      int unused = C.close(descriptor) + (input < 0 ? 0 : C.close(input));
      descriptor = -1;
    }
  }
}
