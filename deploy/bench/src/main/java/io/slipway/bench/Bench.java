package io.slipway.bench;

import io.slipway.bench.history.HistoryBench;
import io.slipway.bench.logs.LogsBench;
import io.slipway.bench.runs.RunsBench;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks behind {@code ./slipway bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      StartBench.class,
      BuildBench.class,
      PlanBench.class,
      RunsBench.class,
      HistoryBench.class,
      LogsBench.class
    },
    description = "Measures Slipway beside a baseline on this machine.")
public final class Bench implements Runnable {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger EVERYTHING = Logger.getLogger("");

  private Bench() {}

  /** Runs the benchmark that the arguments name. */
  public static void main(String[] arguments) {
    // Kafka's client tells all its settings whenever it connects; the figures are what matters
    // here.
    EVERYTHING.setLevel(Level.WARNING);
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
