package io.slipway.local.doctor;

import io.slipway.builder.Builder;
import io.slipway.builder.ContainerEngine.Probe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the build engine can do here: it starts real containers, and tells what it saw. */
public final class EngineChecks {
  private EngineChecks() {}

  /**
   * Tries everything.
   *
   * @param folder folder of the platform's state: overlayfs is tried on its file system
   */
  public static List<Finding> all(Path folder) {
    try {
      Path scratch = Files.createTempDirectory(folder, "doctor");
      try {
        return Builder.load()
            .examine(scratch.toRealPath().resolve("engine"), InstantSource.system())
            .stream()
            .map(EngineChecks::finding)
            .toList();
      } finally {
        delete(scratch);
      }
    } catch (IOException failed) {
      return List.of(
          Finding.bad(
              "build engine",
              true,
              String.valueOf(failed.getMessage()),
              "use --state DIR with a folder that can be written"));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static Finding finding(Probe probe) {
    String remedy = probe.remedy();
    return probe.works()
        ? Finding.good(probe.subject(), probe.detail())
        : Finding.bad(
            probe.subject(), probe.required(), probe.detail(), remedy == null ? "" : remedy);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
