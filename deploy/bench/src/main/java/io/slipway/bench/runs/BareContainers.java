package io.slipway.bench.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.bench.measure.ProcessorTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The program {@code true} in a container that {@code runc run} starts, with nothing around it. */
final class BareContainers {
  private static final ObjectMapper JSON = new ObjectMapper();
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

  /**
   * Processor time of containers, in ms each.
   *
   * @param same of one as an agent's: its rights, filter of system calls, mounts and limits, and an
   *     empty network of its own; the agent's has a bridge and an overlay besides
   * @param plain of one as {@code runc spec} says, without a filter
   */
  record Cost(double same, double plain) {}

  /**
   * Measures both.
   *
   * @param agents {@code config.json} of an agent's container
   */
  static Cost measure(JsonNode agents) throws IOException, InterruptedException {
    Path bundle = Files.createTempDirectory("slipway-bench-runc");
    try {
      run(bundle, List.of("bash", "-c", BUNDLE));
      double plain = millis(bundle);
      Path config = bundle.resolve("config.json");
      JSON.writeValue(config.toFile(), same(bundle, agents, JSON.readTree(config.toFile())));
      return new Cost(millis(bundle), plain);
    } finally {
      run(bundle.resolveSibling("."), List.of("rm", "-rf", "--", bundle.toString()));
    }
  }

  /** The agent's container with the plain one's root and program. */
  private static JsonNode same(Path bundle, JsonNode agents, JsonNode plain) throws IOException {
    ObjectNode same = agents.deepCopy();
    same.set("root", plain.path("root"));
    same.withObject("/process").set("args", plain.at("/process/args"));
    same.withObject("/process").put("cwd", "/");
    same.withObject("/linux").remove("cgroupsPath");
    same.withObject("/linux").withArray("namespaces").addObject().put("type", "network");
    Path source = Files.createDirectory(bundle.resolve("source"));
    for (JsonNode mount : same.path("mounts")) {
      if (mount.path("type").asText().equals("bind")) {
        // The agent's are gone with its container.
        boolean file = mount.path("destination").asText().startsWith("/etc/");
        ((ObjectNode) mount).put("source", file ? "/dev/null" : source.toString());
      }
    }
    return same;
  }

  private static double millis(Path bundle) throws IOException, InterruptedException {
    String name = "slipway-bench-" + ProcessHandle.current().pid();
    run(bundle, List.of("runc", "run", name));
    ProcessorTime before = ProcessorTime.of(ProcessHandle.current());
    for (int i = 0; i < TIMES; i++) {
      run(bundle, List.of("runc", "run", name));
    }
    ProcessorTime after = ProcessorTime.of(ProcessHandle.current());
    return after.since(before).seconds() * 1000 / TIMES;
  }

  private static void run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    int code = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(command + " ended with " + code);
    }
  }
}
