package io.slipway.local.command;

import io.slipway.local.state.LocalException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints a known failure as one line, without a stack trace. */
public final class FailuresInOneLine implements IExecutionExceptionHandler {
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine commandLine, ParseResult parsed) throws Exception {
    if (failure instanceof LocalException known) {
      System.err.println("slipway: " + known.getMessage());
      return 1;
    }
    throw failure;
  }
}
