package io.slipway.gotemplate;

import io.slipway.gotemplate.parse.ParsedTemplate;
import io.slipway.gotemplate.parse.ParsedTemplate.Pipeline;
import io.slipway.gotemplate.parse.ParsedTemplate.Statement;
import io.slipway.gotemplate.value.Budget;
import io.slipway.gotemplate.value.Failure;
import io.slipway.gotemplate.value.GoPrint;
import io.slipway.gotemplate.value.Values;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Carries out the statements of a template. */
final class Evaluator {
  private final ParsedTemplate template;
  private final Expressions expressions;
  private final Expressions.Variables variables = new Expressions.Variables();
  private final Budget budget;
  private final RenderTemplate.Output out;

  /** How a list of statements ended. */
  private enum End {
    RAN,
    BREAK,
    CONTINUE
  }

  Evaluator(
      ParsedTemplate template, TemplateSources sources, Budget budget, RenderTemplate.Output out) {
    this.template = template;
    this.budget = budget;
    this.out = out;
    this.expressions = new Expressions(variables, budget, sources);
  }

  void run(Map<String, Object> root) {
    variables.begin(root);
    body(template.body(), root);
  }

  private End body(List<Statement> statements, @Nullable Object dot) {
    budget.enter();
    End end = End.RAN;
    for (Statement statement : statements) {
      try {
        budget.steps(1);
        end = statement(statement, dot);
      } catch (Failure failure) {
        throw failure.at(at(statement));
      }
      if (end != End.RAN) {
        break;
      }
    }
    budget.leave();
    return end;
  }

  private static int at(Statement statement) {
    return switch (statement) {
      case Statement.Text s -> s.at();
      case Statement.Print s -> s.at();
      case Statement.If s -> s.at();
      case Statement.With s -> s.at();
      case Statement.Range s -> s.at();
      case Statement.Call s -> s.at();
      case Statement.Leave s -> s.at();
    };
  }

  private End statement(Statement statement, @Nullable Object dot) {
    int mark = variables.mark();
    End end = End.RAN;
    switch (statement) {
      case Statement.Text text -> out.copied(text.text(), text.at());
      case Statement.Print print -> {
        print(print, dot);
        return End.RAN;
      }
      case Statement.If choice -> {
        boolean holds = Values.isTrue(expressions.value(choice.condition(), dot));
        end = body(holds ? choice.then() : choice.otherwise(), dot);
      }
      case Statement.With with -> {
        Object value = expressions.value(with.value(), dot);
        end = Values.isTrue(value) ? body(with.then(), value) : body(with.otherwise(), dot);
      }
      case Statement.Range range -> end = range(range, dot);
      case Statement.Call call -> call(call, dot);
      case Statement.Leave leave -> end = leave.isBreak() ? End.BREAK : End.CONTINUE;
    }
    variables.backTo(mark);
    return end;
  }

  private void print(Statement.Print print, @Nullable Object dot) {
    Object value = expressions.value(print.pipeline(), dot);
    if (print.pipeline().variables().isEmpty()) {
      out.inserted(GoPrint.action(value, budget), print.at());
    }
  }

  private End range(Statement.Range range, @Nullable Object dot) {
    Pipeline over = range.over();
    Object value = expressions.valueOnly(over, dot);
    boolean any =
        switch (value) {
          case null -> false;
          case List<?> list -> each(range, list);
          case Map<?, ?> map -> each(range, map);
          case Long count -> each(range, count);
          default ->
              throw new Failure(
                  over.at(), "range can't iterate over " + GoPrint.print(value, budget));
        };
    return any ? End.RAN : body(range.otherwise(), dot);
  }

  private boolean each(Statement.Range range, List<?> list) {
    for (int i = 0; i < list.size(); i++) {
      if (once(range, (long) i, list.get(i)) == End.BREAK) {
        break;
      }
    }
    return !list.isEmpty();
  }

  private boolean each(Statement.Range range, Map<?, ?> map) {
    budget.elements(map.size());
    for (Map.Entry<String, Object> entry : GoPrint.sorted(map).entrySet()) {
      if (once(range, entry.getKey(), entry.getValue()) == End.BREAK) {
        break;
      }
    }
    return !map.isEmpty();
  }

  private boolean each(Statement.Range range, long count) {
    for (long i = 0; i < count; i++) {
      if (once(range, i, i) == End.BREAK) {
        break;
      }
    }
    return count > 0;
  }

  private End once(Statement.Range range, Object key, @Nullable Object element) {
    budget.steps(1);
    int mark = variables.mark();
    List<String> names = range.over().variables();
    boolean declares = range.over().declares();
    if (names.size() == 2) {
      variables.put(names.get(0), key, declares);
      variables.put(names.get(1), element, declares);
    } else if (names.size() == 1) {
      variables.put(names.get(0), element, declares);
    }
    End end = body(range.body(), element);
    variables.backTo(mark);
    return end;
  }

  private void call(Statement.Call call, @Nullable Object dot) {
    List<Statement> body = template.defined().get(call.name());
    if (body == null) {
      throw new Failure(call.at(), "template \"" + call.name() + "\" not defined");
    }
    Pipeline pipeline = call.value();
    Object value = pipeline == null ? null : expressions.value(pipeline, dot);
    int floor = variables.begin(value);
    body(body, value);
    variables.end(floor);
  }
}
