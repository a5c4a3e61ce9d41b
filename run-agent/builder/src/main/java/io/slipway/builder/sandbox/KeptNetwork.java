package io.slipway.builder.sandbox;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /** Of what the kernel tells of sockets: those in use, and those closed a short time ago. */
  private static final Pattern COUNT = Pattern.compile("\\b(?:inuse|tw) (\\d+)");

  /** A sandbox's; others lie in the agent's own network. */
  private static final List<String> TOLD = List.of("sockstat", "sockstat6");

  private @Nullable OpenNamespace network;
  private boolean lent;
  private boolean made;
  private boolean closed;

  /**
   * Lends it to a container, which gives it back.
   *
   * @return false if another one has it, or something of an earlier one is left in it
   */
  public synchronized boolean lend() {
    if (lent || made && !isQuiet(network)) {
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

  /**
   * The network of whom it is lent to, empty if {@link #isMade()} is false.
   *
   * @throws IOException if there can be none, or the sandbox is over
   */
  synchronized OpenNamespace network() throws IOException {
    if (closed) {
      throw new IOException("the namespaces of the run have ended");
    }
    OpenNamespace known = network;
    if (known == null) {
      known = OpenNamespace.ofNetwork();
      network = known;
    }
    return known;
  }

  /** The sandbox is over, and the network with it. */
  synchronized void close() {
    closed = true;
    if (network != null) {
      network.close();
    }
  }

  private static boolean isQuiet(@Nullable OpenNamespace network) {
    try {
      return network != null && network.inNetwork(KeptNetwork::isQuietHere);
    } catch (IOException unknown) {
      return false;
    }
  }

  private static boolean isQuietHere() {
    try {
      for (String each : TOLD) {
        Path told = Path.of("/proc/thread-self/net", each);
        if (Files.exists(told) && !isQuiet(Files.readString(told))) {
          return false;
        }
      }
      return true;
    } catch (IOException unknown) {
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
