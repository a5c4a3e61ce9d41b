package io.slipway.builder.sandbox;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The network of a container that is over, for the next one of the same sandbox: to make one takes
 * as long as to start what is in it.
 *
 * <p>It is lent only to containers that cannot change it, and only while no connection of an
 * earlier one is left in it: the kernel keeps those that were closed for a minute, and a port of
 * theirs would be taken.
 */
public final class KeptNetwork {
  /** Its number in the network; no container has it that has a network of its own. */
  public static final int MEMBER = NetworkNamespaces.MOST_MEMBERS + 2;

  private static final int CLONE_NEWNET = 0x40000000;
  private static final int O_CLOEXEC = 02000000;

  /** Of what the kernel tells of sockets: those in use, and those closed a short time ago. */
  private static final Pattern COUNT = Pattern.compile("\\b(?:inuse|tw) (\\d+)");

  /** A sandbox's; others lie in the agent's own network. */
  private static final List<String> TOLD = List.of("sockstat", "sockstat6");

  private final Path file;
  private final long sandbox;
  private boolean lent;
  private boolean made;

  /**
   * One that is made by its first container.
   *
   * @param file where it is named, empty; in the sandbox, the network is mounted on it
   * @param sandbox process id of the sandbox's first process
   */
  KeptNetwork(Path file, long sandbox) {
    this.file = file;
    this.sandbox = sandbox;
  }

  /**
   * Lends it to a container, which gives it back.
   *
   * @return false if another one has it, or something of an earlier one is left in it
   */
  public synchronized boolean lend() {
    if (lent || made && !isQuiet()) {
      return false;
    }
    lent = true;
    return true;
  }

  /** Takes it back from a container that is over, and that was seen to begin and end by itself. */
  public synchronized void giveBack() {
    made = true;
    lent = false;
  }

  /** Whether it is there; otherwise who it is lent to makes it. */
  synchronized boolean isMade() {
    return made;
  }

  /** Where it is mounted in the sandbox. */
  Path file() {
    return file;
  }

  /** The same, as processes outside of the sandbox reach it. */
  Path fromOutside() {
    return Path.of("/proc", String.valueOf(sandbox), "root").resolve(file.toString().substring(1));
  }

  /** The sandbox is over, and the network with it. */
  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException left) {
      // It lies in a scratch folder, which is emptied when the engine is next opened.
    }
  }

  /** The C library, bound once it is needed. */
  private static final class C {
    static {
      Native.register(
          C.class,
          NativeLibrary.getInstance(
              "c", Map.of(Library.OPTION_STRING_ENCODING, StandardCharsets.UTF_8.name())));
    }

    static native int open(String path, int flags) throws LastErrorException;

    static native int setns(int descriptor, int kind) throws LastErrorException;

    static native int close(int descriptor);
  }

  private boolean isQuiet() {
    CompletableFuture<Boolean> quiet = new CompletableFuture<>();
    // A thread of its own, which ends in the network that it goes into.
    Thread unused =
        Thread.ofPlatform()
            .name("kept-network")
            .daemon()
            .start(() -> quiet.complete(isQuietInside()));
    return quiet.join();
  }

  private boolean isQuietInside() {
    try {
      int descriptor = C.open(fromOutside().toString(), O_CLOEXEC);
      try {
        int unused = C.setns(descriptor, CLONE_NEWNET);
      } finally {
        int unused = C.close(descriptor);
      }
      for (String each : TOLD) {
        Path told = Path.of("/proc/thread-self/net", each);
        if (Files.exists(told) && !isQuiet(Files.readString(told))) {
          return false;
        }
      }
      return true;
    } catch (IOException | LastErrorException | LinkageError unknown) {
      return false;
    }
  }

  /** Whether a network has no socket, also none that is about to go. */
  static boolean isQuiet(String told) {
    Matcher counts = COUNT.matcher(told);
    while (counts.find()) {
      if (!counts.group(1).equals("0")) {
        return false;
      }
    }
    return true;
  }
}
