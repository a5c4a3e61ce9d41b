package io.slipway.gotemplate;

import io.slipway.gotemplate.function.Arguments;
import io.slipway.gotemplate.function.FunctionTable;
import io.slipway.gotemplate.parse.ParsedTemplate.Operand;
import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline;
import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline.Command;
import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.Values;
import io.slipway.gotemplate.value.Values.GoObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the values of pipelines. */
final class Expressions {
  static final FunctionTable FUNCTIONS = FunctionTable.standard();

  /** Stands for the last argument of a command that gets none from a command before. */
  private static final Object NOTHING = new Object();

  private final Variables variables;
  private final Budget budget;
  private final TemplateSources sources;

  Expressions(Variables variables, Budget budget, TemplateSources sources) {
    this.variables = variables;
    this.budget = budget;
    this.sources = sources;
  }

  /** The value of a pipeline, whose variables are set to it. */
  @Nullable Object value(Pipeline pipeline, @Nullable Object dot) {
    Object value = valueOnly(pipeline, dot);
    for (String name : pipeline.variables()) {
      variables.put(name, value, pipeline.declares());
    }
    return value;
  }

  /** The value of a pipeline; a range sets its variables itself. */
  @Nullable Object valueOnly(Pipeline pipeline, @Nullable Object dot) {
    budget.enter();
    Object value = NOTHING;
    for (Command command : pipeline.commands()) {
      value = command(command, dot, value);
    }
    budget.leave();
    return value;
  }

  private @Nullable Object command(Command command, @Nullable Object dot, @Nullable Object last) {
    budget.steps(command.operands().size());
    Operand first = command.operands().get(0);
    List<Operand> rest = command.operands().subList(1, command.operands().size());
    if (first instanceof Operand.Function function) {
      return call(function, rest, dot, last);
    }
    if (first instanceof Operand.Nil) {
      throw new Failure(first.at(), "nil is not a command");
    }
    boolean hasArguments = !rest.isEmpty() || last != NOTHING;
    if (first instanceof Operand.Chain chain && hasArguments) {
      return chain(chain, rest, dot, last);
    }
    if (first instanceof Operand.Field field && hasArguments) {
      int end = field.names().size() - 1;
      Object of = members(dot, field.names().subList(0, end), field.at());
      return member(of, field.names().get(end), arguments(rest, dot, last), field.at());
    }
    if (hasArguments) {
      throw new Failure(first.at(), "can't give argument to non-function");
    }
    return operand(first, dot);
  }

  private @Nullable Object chain(
      Operand.Chain chain, List<Operand> rest, @Nullable Object dot, @Nullable Object last) {
    int end = chain.names().size() - 1;
    Object of = members(operand(chain.of(), dot), chain.names().subList(0, end), chain.at());
    return member(of, chain.names().get(end), arguments(rest, dot, last), chain.at());
  }

  private List<Object> arguments(List<Operand> rest, @Nullable Object dot, @Nullable Object last) {
    List<Object> values = new ArrayList<>();
    for (Operand operand : rest) {
      values.add(operand(operand, dot));
    }
    if (last != NOTHING) {
      values.add(last);
    }
    return values;
  }

  private @Nullable Object operand(Operand operand, @Nullable Object dot) {
    return switch (operand) {
      case Operand.Dot d -> dot;
      case Operand.Nil n -> null;
      case Operand.Constant constant -> constant.value();
      case Operand.Field field -> dot == null ? null : members(dot, field.names(), field.at());
      case Operand.Variable variable -> variables.get(variable.name());
      case Operand.Function function -> call(function, List.of(), dot, NOTHING);
      case Operand.Nested nested -> value(nested.pipeline(), dot);
      case Operand.Chain chain -> members(operand(chain.of(), dot), chain.names(), chain.at());
    };
  }

  private @Nullable Object members(@Nullable Object of, List<String> names, int at) {
    Object value = of;
    for (String name : names) {
      value = member(value, name, List.of(), at);
    }
    return value;
  }

  private static @Nullable Object member(
      @Nullable Object of, String name, List<Object> arguments, int at) {
    if (of instanceof GoObject object) {
      try {
        return object.member(name, arguments);
      } catch (Failure failure) {
        throw failure.at(at);
      }
    }
    if (of instanceof Map<?, ?> map) {
      if (!arguments.isEmpty()) {
        throw new Failure(at, name + " is not a method but has arguments");
      }
      return map.get(name);
    }
    throw new Failure(
        at,
        of == null
            ? "nil pointer evaluating interface {}." + name
            : "can't evaluate field " + name + " in type " + Values.type(of));
  }

  private @Nullable Object call(
      Operand.Function function, List<Operand> rest, @Nullable Object dot, @Nullable Object last) {
    String name = function.name();
    FunctionTable.Entry entry = FUNCTIONS.get(name);
    if (entry == null) {
      throw new Failure(function.at(), "function \"" + name + "\" not defined");
    }
    String refusal = entry.refusal(rest.size() + (last == NOTHING ? 0 : 1));
    if (refusal != null) {
      throw new Failure(function.at(), name + ": " + refusal);
    }
    if (name.equals("and") || name.equals("or")) {
      return choose(name.equals("or"), rest, dot, last);
    }
    List<Object> values = arguments(rest, dot, last);
    try {
      values.forEach(budget::argument);
      return entry.function().call(new Arguments(values, budget, sources.now(), sources.random()));
    } catch (Failure failure) {
      throw new Failure(name + ": " + failure.reason()).at(function.at());
    } catch (ArithmeticException failure) {
      throw new Failure(function.at(), name + ": " + failure.getMessage());
    }
  }

  /** The first argument that decides; those after it are not looked at. */
  private @Nullable Object choose(
      boolean wanted, List<Operand> rest, @Nullable Object dot, @Nullable Object last) {
    Object value = last;
    for (Operand operand : rest) {
      value = operand(operand, dot);
      if (Values.isTrue(value) == wanted) {
        return value;
      }
    }
    return last == NOTHING ? value : last;
  }

  /** The variables of a running template as a stack; blocks take theirs off when they end. */
  static final class Variables {
    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();
    private int floor;

    /** Begins a template, which sees only {@code $}; gives what {@link #end} wants. */
    int begin(@Nullable Object root) {
      int outside = floor;
      floor = names.size();
      names.add("$");
      values.add(root);
      return outside;
    }

    void end(int outside) {
      backTo(floor);
      floor = outside;
    }

    int mark() {
      return names.size();
    }

    void backTo(int mark) {
      names.subList(mark, names.size()).clear();
      values.subList(mark, values.size()).clear();
    }

    void put(String name, @Nullable Object value, boolean declares) {
      if (declares) {
        names.add(name);
        values.add(value);
      } else {
        values.set(find(name), value);
      }
    }

    @Nullable Object get(String name) {
      return values.get(find(name));
    }

    private int find(String name) {
      for (int i = names.size() - 1; i >= floor; i--) {
        if (names.get(i).equals(name)) {
          return i;
        }
      }
      throw new Failure("undefined variable: " + name);
    }
  }
}
