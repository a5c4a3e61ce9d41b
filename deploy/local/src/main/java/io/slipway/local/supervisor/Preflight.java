package io.slipway.local.supervisor;

import io.slipway.local.machine.LoopbackPorts;
import io.slipway.local.machine.Programs;
import io.slipway.local.state.LocalException;
import io.slipway.local.state.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks, before anything is started, what would make the start fail. */
public final class Preflight {
  /** Free space that a platform needs to start. */
  public static final long LEAST_DISK_BYTES = 1L << 30;

  /** Free space below which parts stop working. */
  static final long FULL_DISK_BYTES = 64L << 20;

  private Preflight() {}

  /** Fails with the first thing that is missing. */
  static void check(Path state, Ports ports, int agents, boolean standIns) {
    for (String tool : tools()) {
      if (!Programs.onPath(tool)) {
        throw new LocalException(
            tool + " is missing: apt-get install util-linux (or your distribution's package).");
      }
    }
    long free = freeBytes(state);
    if (free < LEAST_DISK_BYTES) {
      throw new LocalException(
          "The disk of "
              + state
              + " has "
              + free / (1 << 20)
              + " MiB free, 1024 MiB are needed: free some space or use --state DIR.");
    }
    for (Map.Entry<String, Integer> port : ports.needed(agents, standIns).entrySet()) {
      if (!LoopbackPorts.isFree(port.getValue())) {
        throw new LocalException(
            "Port "
                + port.getValue()
                + " ("
                + port.getKey()
                + ") is taken: stop what uses it (ss -ltnp shows it), or use another --state with"
                + " another --port-base.");
      }
    }
  }

  private static List<String> tools() {
    return System.getProperty("user.name").equals("root")
        ? List.of("setsid", "unshare")
        : List.of("setsid");
  }

  /** What to say if the disk is full, which makes one part after another fail. */
  public static Optional<String> fullDisk(Path folder) {
    long free = freeBytes(folder);
    return free >= FULL_DISK_BYTES
        ? Optional.empty()
        : Optional.of(
            "The disk of "
                + folder
                + " is full ("
                + free / (1 << 20)
                + " MiB free): free some space.");
  }

  /** Free bytes of the disk that holds a folder. */
  public static long freeBytes(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace();
    } catch (IOException failed) {
      throw new LocalException(folder + " cannot be read: " + failed.getMessage(), failed);
    }
  }
}
