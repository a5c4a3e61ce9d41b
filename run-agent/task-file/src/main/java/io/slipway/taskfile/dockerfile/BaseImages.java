package io.slipway.taskfile.dockerfile;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Images that a Dockerfile is built from, found by reading it. Pure.
 *
 * @param runtime image that the wanted stage stands on, through any stages between; null if that is
 *     {@code scratch}
 * @param buildtime the other images that the build reads, each once, in the order of reading
 */
public record BaseImages(@Nullable String runtime, List<String> buildtime) {
  private static final Map<String, String> NO_VALUES = Map.of();

  /**
   * Reads them.
   *
   * @param buildArgs build arguments; a null value counts as not given
   * @param target wanted stage, or null for the last; one that there is not counts as the last
   * @throws VariableExpander.BadVariable if a name cannot be made out
   */
  public static BaseImages of(
      Dockerfile file, Map<String, @Nullable String> buildArgs, @Nullable String target)
      throws VariableExpander.BadVariable {
    return new Scan(file, globals(file, buildArgs)).from(target);
  }

  /** Variables that count in {@code FROM}: only {@code ARG}s that stand before the first. */
  private static Map<String, String> globals(
      Dockerfile file, Map<String, @Nullable String> buildArgs)
      throws VariableExpander.BadVariable {
    Map<String, String> globals = new HashMap<>(NO_VALUES);
    for (Instruction.Arg arg : file.globalArgs()) {
      for (Map.Entry<String, @Nullable String> each : arg.names().entrySet()) {
        String given = buildArgs.get(each.getKey());
        String standard = each.getValue();
        if (given != null) {
          globals.put(each.getKey(), given);
        } else if (standard != null) {
          globals.put(
              each.getKey(), VariableExpander.expand(standard, file.escape(), globals::get));
        }
      }
    }
    return globals;
  }

  private static final class Scan {
    private final Dockerfile file;
    private final Function<String, @Nullable String> variables;
    private final Set<String> images = new LinkedHashSet<>();
    private final Set<Integer> seen = new LinkedHashSet<>();

    Scan(Dockerfile file, Map<String, String> globals) {
      this.file = file;
      this.variables = globals::get;
    }

    BaseImages from(@Nullable String target) throws VariableExpander.BadVariable {
      int last = file.stages().size() - 1;
      int wanted = target == null ? -1 : stage(target, last + 1);
      int index = wanted < 0 ? last : wanted;
      need(index);
      String runtime = origin(index);
      images.remove(runtime);
      return new BaseImages(runtime, List.copyOf(images));
    }

    private void need(int index) throws VariableExpander.BadVariable {
      if (!seen.add(index)) {
        return;
      }
      Stage stage = file.stages().get(index);
      source(expand(stage.from().image()), index);
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Copy copy && copy.from() != null) {
          source(expand(String.valueOf(copy.from())), index);
        } else if (instruction instanceof Instruction.Run run) {
          for (Map<String, String> mount : run.mounts()) {
            String from = mount.get("from");
            if (from != null) {
              source(expand(from), index);
            }
          }
        }
      }
    }

    private void source(String name, int before) throws VariableExpander.BadVariable {
      int stage = stage(name, before);
      if (stage >= 0) {
        need(stage);
      } else if (!name.isBlank() && !name.equalsIgnoreCase("scratch")) {
        images.add(name);
      }
    }

    /** Follows stages that stand on stages. */
    private @Nullable String origin(int index) throws VariableExpander.BadVariable {
      String name = expand(file.stages().get(index).from().image());
      int stage = stage(name, index);
      if (stage >= 0) {
        return origin(stage);
      }
      return name.equalsIgnoreCase("scratch") ? null : name;
    }

    private String expand(String text) throws VariableExpander.BadVariable {
      return VariableExpander.expand(text, file.escape(), variables);
    }

    /** Number of an earlier stage of that name, or -1. */
    private int stage(String name, int before) {
      String lower = name.toLowerCase(Locale.ROOT);
      for (int i = before - 1; i >= 0; i--) {
        if (lower.equals(file.stages().get(i).name()) || name.equals(String.valueOf(i))) {
          return i;
        }
      }
      return -1;
    }
  }
}
