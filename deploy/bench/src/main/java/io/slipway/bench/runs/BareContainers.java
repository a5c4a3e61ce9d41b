package io.slipway.bench.runs;

import io.slipway.bench.measure.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program {@code true} in a container that {@code runc run} starts, with nothing around it. */
final class BareContainers {
  private static final int TIMES = 100;

  /** The program and its libraries are this machine's own. */
  private static final String BUNDLE =
      """
      set -e
      mkdir rootfs rootfs/proc rootfs/dev rootfs/sys
      program=$(type -P true)
      for file in "$program" $(ldd "$program" | grep -o '/[^ ]*'); do
        mkdir -p "rootfs$(dirname "$file")" && cp -L "$file" "rootfs$file"
      done
      runc spec
      sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"'"$(echo "$program" | sed 's/\\//\\\\\\//g')"'"/' config.json
      """;

  private BareContainers() {}

  /** Processor time of one such container, in ms. */
  static double millis() throws IOException, InterruptedException {
    Path bundle = Files.createTempDirectory("slipway-bench-runc");
    try {
      run(bundle, List.of("bash", "-c", BUNDLE));
      String name = "slipway-bench-" + ProcessHandle.current().pid();
      run(bundle, List.of("runc", "run", name));
      ProcessorTime before = ProcessorTime.of(ProcessHandle.current());
      for (int i = 0; i < TIMES; i++) {
        run(bundle, List.of("runc", "run", name));
      }
      ProcessorTime after = ProcessorTime.of(ProcessHandle.current());
      return after.since(before).seconds() * 1000 / TIMES;
    } finally {
      run(bundle.resolveSibling("."), List.of("rm", "-rf", "--", bundle.toString()));
    }
  }

  private static void run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(command + " ended with " + code);
    }
  }
}
