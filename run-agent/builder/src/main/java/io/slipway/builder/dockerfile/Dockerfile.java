package io.slipway.builder.dockerfile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole Dockerfile.
 *
 * @param escape character that escapes and continues lines, {@code \} or {@code `}
 * @param syntax front end that it asks for, or null
 * @param globalArgs {@code ARG}s before the first {@code FROM}
 * @param stages at least one
 */
public record Dockerfile(
    char escape, @Nullable String syntax, List<Instruction.Arg> globalArgs, List<Stage> stages) {

  /**
   * Number of instructions, {@code ARG}s before the first stage among them: N of {@code Step 1/N}.
   */
  public int steps() {
    return globalArgs.size()
        + stages.stream().mapToInt(stage -> 1 + stage.instructions().size()).sum();
  }

  /** Those of the names that no stage has. */
  public List<String> withoutStage(List<String> names) {
    return names.stream()
        .filter(name -> stages.stream().noneMatch(stage -> stage.isCalled(name)))
        .toList();
  }
}
