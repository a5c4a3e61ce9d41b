package io.slipway.builder.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole Dockerfile.
 *
 * @param escape character that escapes and continues lines, {@code \} or {@code `}
 * @param syntax front end that it asks for, or null
 * @param check what it asks of build checks, {@code error=true} for example, or null
 * @param globalArgs {@code ARG}s before the first {@code FROM}
 * @param stages at least one
 */
public record Dockerfile(
    char escape,
    @Nullable String syntax,
    @Nullable String check,
    List<Instruction.Arg> globalArgs,
    List<Stage> stages) {

  /**
   * Number of instructions, {@code ARG}s before the first stage among them: N of {@code Step 1/N}.
   */
  public int steps() {
    return globalArgs.size()
        + stages.stream().mapToInt(stage -> 1 + stage.instructions().size()).sum();
  }

  /** The given names that are not names of stages. */
  public List<String> withoutStage(List<String> names) {
    return names.stream()
        .filter(name -> stages.stream().noneMatch(stage -> stage.isCalled(name)))
        .toList();
  }

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
}
