package io.slipway.builder.builtin;

import io.slipway.builder.process.Folders;
import io.slipway.builder.sandbox.RunSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The namespaces and scratch files of a run: made when first needed, deleted with it. */
final class RunResources {
  private final Host host;
  private final Path scratch;
  private @Nullable RunSandbox sandbox;
  private boolean closed;

  RunResources(Host host, String runKey) {
    this.host = host;
    this.scratch = host.folder().resolve("scratch").resolve(runKey);
  }

  /** Namespaces of the run, made when they are needed first. */
  synchronized RunSandbox sandbox() throws IOException, InterruptedException {
    if (closed) {
      throw new IOException("the run is over");
    }
    RunSandbox known = sandbox;
    if (known == null) {
      known = RunSandbox.open(scratch.resolve("sandbox"));
      if (host.hasEgress()) {
        known.openEgress(host.newSocket());
      }
      sandbox = known;
    }
    return known;
  }

  /** Whether it is over, and its namespaces with it. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** A new folder that only this process's user can read; deleted with the run. */
  Path scratchFolder() throws IOException {
    Files.createDirectories(scratch);
    return Files.createDirectory(
        scratch.resolve(UUID.randomUUID().toString()),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /**
   * Ends the namespaces with all that runs in them.
   *
   * @return false if that was done before
   */
  synchronized boolean close() {
    if (closed) {
      return false;
    }
    closed = true;
    if (sandbox != null) {
      sandbox.close();
    }
    return true;
  }

  void deleteScratch() throws IOException {
    Folders.delete(scratch);
  }
}
