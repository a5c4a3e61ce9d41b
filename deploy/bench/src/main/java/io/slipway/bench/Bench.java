package io.slipway.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The benchmarks behind {@code ./slipway bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {StartBench.class, BuildBench.class, PlanBench.class},
    description = "Measures Slipway beside a baseline on this machine.")
public final class Bench implements Runnable {
  private Bench() {}

  /** Runs the benchmark that the arguments name. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
