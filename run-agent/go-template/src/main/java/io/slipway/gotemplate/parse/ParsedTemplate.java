package io.slipway.gotemplate.parse;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A template as a tree.
 *
 * @param body its statements
 * @param defined templates that it defines, by name
 */
public record ParsedTemplate(List<Statement> body, Map<String, List<Statement>> defined) {

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

    record Function(int at, String name) implements Operand {}

    /** A pipeline in parentheses. */
    record Nested(int at, Pipeline pipeline) implements Operand {}

    /** Fields of something: {@code $x.a}, {@code (f).a}. */
    record Chain(int at, Operand of, List<String> names) implements Operand {}
  }
}
