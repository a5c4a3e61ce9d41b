package io.slipway.local;

import io.slipway.local.command.FailuresInOneLine;
import io.slipway.local.command.SlipwayCommand;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;

/** What {@code ./slipway} starts. */
public final class Slipway {
  private Slipway() {}

  /** Runs one command; its exit code becomes the program's. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING);
    System.exit(commandLine().execute(arguments));
  }

  /** The command line; a known failure is one line, without a stack trace. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new SlipwayCommand());
    line.setExecutionExceptionHandler(new FailuresInOneLine());
    // What follows az belongs to the Azure CLI.
    Objects.requireNonNull(line.getSubcommands().get("az"))
        .setStopAtPositional(true)
        .setStopAtUnmatched(true);
    return line;
  }
}
