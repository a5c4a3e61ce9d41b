package io.slipway.gotemplate.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of a template that does something; {@code at} is its offset in the text. */
public sealed interface Statement {
  /** Text that is copied. */
  record Text(int at, String text) implements Statement {}

  /** A pipeline whose value is printed, unless it sets a variable. */
  record Print(int at, Pipeline pipeline) implements Statement {}

  /** {@code if}. */
  record If(int at, Pipeline condition, List<Statement> then, List<Statement> otherwise)
      implements Statement {}

  /** {@code with}: the value becomes the dot. */
  record With(int at, Pipeline value, List<Statement> then, List<Statement> otherwise)
      implements Statement {}

  /** {@code range}. */
  record Range(int at, Pipeline over, List<Statement> body, List<Statement> otherwise)
      implements Statement {}

  /** {@code template "name" value}. */
  record Call(int at, String name, @Nullable Pipeline value) implements Statement {}

  /** {@code break} or {@code continue} in a range. */
  record Leave(int at, boolean isBreak) implements Statement {}
}
