package io.slipway.gotemplate.parse;

import java.util.List;

/** What a command's word stands for; {@code at} is its offset in the text. */
public sealed interface Operand {
  /** Offset in the text. */
  int at();

  /** {@code .}. */
  record Dot(int at) implements Operand {}

  /** {@code nil}. */
  record Nil(int at) implements Operand {}

  /** A truth value, number or text. */
  record Constant(int at, Object value) implements Operand {}

  /** {@code .a.b}. */
  record Field(int at, List<String> names) implements Operand {}

  /** {@code $x}. */
  record Variable(int at, String name) implements Operand {}

  /** A function. */
  record Function(int at, String name) implements Operand {}

  /** A pipeline in parentheses. */
  record Nested(int at, Pipeline pipeline) implements Operand {}

  /** Fields of something: {@code $x.a}, {@code (f).a}. */
  record Chain(int at, Operand of, List<String> names) implements Operand {}
}
