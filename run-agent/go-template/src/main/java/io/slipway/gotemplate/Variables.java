package io.slipway.gotemplate;

import io.slipway.gotemplate.value.TemplateFailure;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variables of a running template as a stack; blocks take theirs off when they end. */
final class Variables {
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
    throw new TemplateFailure("undefined variable: " + name);
  }
}
