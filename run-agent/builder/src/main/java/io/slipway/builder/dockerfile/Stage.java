package io.slipway.builder.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stage.
 *
 * @param index position, counted from 0
 * @param name name given by {@code AS}, in lower case, or null
 * @param from what it begins with
 * @param instructions what follows
 */
public record Stage(
    int index, @Nullable String name, Instruction.From from, List<Instruction> instructions) {
  /** Whether a name means this stage; without one of its own it is {@code stage-0}, and so on. */
  public boolean isCalled(String wanted) {
    return wanted.equalsIgnoreCase(name == null ? "stage-" + index : name);
  }
}
