package io.slipway.agent.context;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts what a context costs, and ends it at its limits or when the disk is nearly full. */
final class ContextBudget {
  private static final long BETWEEN_LOOKS = 16L << 20;
  private static final int ENTRIES_BETWEEN_LOOKS = 1000;

  private final ContextLimits limits;
  private final FileStore disk;
  private long bytes;
  private long entries;
  private long looked;

  /** For the disk of a folder that exists. */
  ContextBudget(ContextLimits limits, Path folder) throws IOException {
    this.limits = limits;
    this.disk = Files.getFileStore(folder);
    look();
  }

  /** Counts one more file, folder or link. */
  void entry(String name) throws IOException {
    if (++entries > limits.entries()) {
      throw new ContextRefusedException(
          "the context has over %d entries (slipway.agent.context-entries); the first too many is '%s'"
              .formatted(limits.entries(), ContextRefusedException.shown(name)));
    }
    if (entries % ENTRIES_BETWEEN_LOOKS == 0) {
      look();
    }
  }

  /** Counts bytes of a file, before or after they are written. */
  void bytes(String name, long count) throws IOException {
    if (count < 0 || count > limits.bytes() - bytes) {
      throw new ContextRefusedException(
          "the context has over %d bytes (slipway.agent.context-limit) with '%s'"
              .formatted(limits.bytes(), ContextRefusedException.shown(name)));
    }
    bytes += count;
    if (bytes - looked >= BETWEEN_LOOKS) {
      look();
    }
  }

  /** Ends the context if the disk is nearly full. */
  void look() throws IOException {
    looked = bytes;
    long free = disk.getUsableSpace();
    if (free < limits.freeBytes()) {
      throw new ContextRefusedException(
          "the agent's disk is nearly full: %d bytes are free, and %d must stay so (slipway.agent.context-free-space)"
              .formatted(free, limits.freeBytes()));
    }
  }

  ContextLimits limits() {
    return limits;
  }
}
