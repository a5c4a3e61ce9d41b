package io.slipway.bench.platform;

import io.slipway.bench.measure.Machine;
import io.slipway.bench.measure.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How each bench on a platform of its own begins and ends, and the options for that. */
public final class OwnPlatform {
  private static final Path ROOT = Path.of(System.getProperty("slipway.root", ""));

  @Spec(Spec.Target.MIXEE)
  private CommandSpec bench;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "File for all figures (default: target/bench-${COMMAND-NAME}.json).")
  private @Nullable Path json;

  @Option(
      names = "--port-base",
      defaultValue = "28443",
      description = "First port (${DEFAULT-VALUE}).")
  private int portBase;

  private Map<String, String> machine = Map.of();

  /** Says on what machine this is, and prepares the platform. */
  public BenchPlatform prepare() throws IOException {
    machine = Machine.about();
    System.out.println(Machine.line());
    return BenchPlatform.prepare(ROOT, portBase);
  }

  /**
   * Writes all figures.
   *
   * @param about what to know about them besides the machine
   */
  public void write(Report report, Map<String, String> about) throws IOException {
    Map<String, String> all = new TreeMap<>(machine);
    all.putAll(about);
    report.write(json == null ? ROOT.resolve("target/bench-" + bench.name() + ".json") : json, all);
  }
}
