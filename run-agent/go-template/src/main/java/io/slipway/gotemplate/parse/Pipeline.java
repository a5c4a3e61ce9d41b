package io.slipway.gotemplate.parse;

import java.util.List;

/**
 * Commands, each of which gets the value of the one before as its last argument.
 *
 * @param at offset in the text
 * @param variables variables that are set, with the dollar sign
 * @param declares whether they are new ({@code :=}) or set anew ({@code =})
 * @param commands at least one
 */
public record Pipeline(int at, List<String> variables, boolean declares, List<Command> commands) {
  /** Words, of which the first may be a function. */
  public record Command(int at, List<Operand> operands) {}
}
