package io.slipway.demo;

import io.slipway.local.command.FailuresInOneLine;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What {@code ./slipway demo} and {@code ./slipway samples} start. */
@Command(
    name = "slipway",
    subcommands = {DemoCommand.class, SamplesCommand.class},
    description = "The article, shown on the one-machine platform, and base images to go on with.")
public final class DemoProgram {
  /** Held, since a logger that nobody holds forgets its level. */
  private static final Logger EVERYTHING = Logger.getLogger("");

  private DemoProgram() {}

  /** Runs one command; its exit code becomes the program's. */
  public static void main(String[] arguments) {
    EVERYTHING.setLevel(Level.WARNING);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new DemoProgram()).setExecutionExceptionHandler(new FailuresInOneLine());
  }
}
