package io.slipway.builder.dockerfile;

import java.util.List;

/** How a command is given: as words, or as a text for the shell. */
public sealed interface CommandForm {
  /** Words that are executed as they are. */
  record Exec(List<String> words) implements CommandForm {}

  /** A text for the shell. */
  record Shell(String text) implements CommandForm {}
}
