package io.slipway.taskapi.run.history;

import java.util.ArrayList;
import java.util.List;

/** Parameters of one statement, in the order in which they were added. */
final class Parameters {
  private final List<Object> values = new ArrayList<>();

  /** Adds a value and gives its name in the statement, for example {@code $3}. */
  String add(Object value) {
    values.add(value);
    return "$" + values.size();
  }

  List<Object> values() {
    return List.copyOf(values);
  }
}
