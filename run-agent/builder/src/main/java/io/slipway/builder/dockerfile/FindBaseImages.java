package io.slipway.builder.dockerfile;

import io.slipway.builder.BaseImages;
import io.slipway.builder.dockerfile.Dockerfile.Stage;
import io.slipway.taskfile.build.NamedContexts;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the images that a Dockerfile is built from by reading it. */
public final class FindBaseImages {
  private FindBaseImages() {}

  /**
   * Reads them.
   *
   * @param buildArgs build arguments; a null value counts as not given
   * @param target wanted stage, or null for the last; an unknown one counts as the last
   * @throws VariableExpander.BadVariable if a name cannot be made out
   */
  public static BaseImages of(
      Dockerfile file, Map<String, @Nullable String> buildArgs, @Nullable String target)
      throws VariableExpander.BadVariable {
    return of(file, buildArgs, target, "linux/amd64", NamedContexts.none());
  }

  /**
   * Reads them for a platform.
   *
   * @param platform as {@code linux/arm64/v8}; {@code FROM} may use its parts
   * @param contexts further contexts; each the name of its image, or empty if it is not an image
   * @throws VariableExpander.BadVariable if a name cannot be made out
   */
  public static BaseImages of(
      Dockerfile file,
      Map<String, @Nullable String> buildArgs,
      @Nullable String target,
      String platform,
      NamedContexts<Optional<String>> contexts)
      throws VariableExpander.BadVariable {
    return new Scan(file, globals(file, buildArgs, platform), contexts).from(target);
  }

  /** Variables that count in {@code FROM}: only {@code ARG}s that stand before the first. */
  private static Map<String, String> globals(
      Dockerfile file, Map<String, @Nullable String> buildArgs, String platform)
      throws VariableExpander.BadVariable {
    Map<String, String> globals = new HashMap<>(platformArguments(platform));
    for (String known : List.copyOf(globals.keySet())) {
      String given = buildArgs.get(known);
      if (given != null) {
        globals.put(known, given);
      }
    }
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

  /** Arguments that exist without being declared; the build platform is taken to be the target. */
  private static Map<String, String> platformArguments(String platform) {
    String[] parts = platform.split("/", 3);
    Map<String, String> arguments = new HashMap<>();
    for (String side : List.of("TARGET", "BUILD")) {
      arguments.put(side + "PLATFORM", platform);
      arguments.put(side + "OS", parts[0]);
      arguments.put(side + "ARCH", parts.length > 1 ? parts[1] : "");
      arguments.put(side + "VARIANT", parts.length > 2 ? parts[2] : "");
    }
    return arguments;
  }

  private static final class Scan {
    private final Dockerfile file;
    private final Function<String, @Nullable String> variables;
    private final NamedContexts<Optional<String>> contexts;
    private final Set<String> images = new LinkedHashSet<>();
    private final Set<Integer> seen = new LinkedHashSet<>();

    Scan(Dockerfile file, Map<String, String> globals, NamedContexts<Optional<String>> contexts) {
      this.file = file;
      this.variables = globals::get;
      this.contexts = contexts;
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
      Optional<Optional<String>> instead = contexts.inPlaceOf(stage.name());
      if (instead.isPresent()) {
        instead.get().ifPresent(images::add);
        return;
      }
      String base = expand(stage.from().image());
      source(base, index);
      int parent = stage(base, index);
      if (parent >= 0 && contexts.find(base).isEmpty()) {
        triggers(file.stages().get(parent), index);
      }
      for (Instruction instruction : stage.instructions()) {
        read(instruction, index);
      }
    }

    /**
     * The {@code ONBUILD} instructions of an earlier stage, which stages on top of it execute
     * first.
     */
    private void triggers(Stage parent, int index) throws VariableExpander.BadVariable {
      for (Instruction instruction : parent.instructions()) {
        if (instruction instanceof Instruction.OnBuild trigger) {
          try {
            read(DockerfileParser.parseInstruction(trigger.instruction(), file.escape()), index);
          } catch (DockerfileException malformed) {
            throw new VariableExpander.BadVariable(
                "ONBUILD " + trigger.instruction() + ": " + malformed.getMessage());
          }
        }
      }
    }

    private void read(Instruction instruction, int index) throws VariableExpander.BadVariable {
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

    private void source(String name, int before) throws VariableExpander.BadVariable {
      Optional<Optional<String>> context = contexts.find(name);
      if (context.isPresent()) {
        context.get().ifPresent(images::add);
        return;
      }
      int stage = stage(name, before);
      if (stage >= 0) {
        need(stage);
      } else if (!name.isBlank() && !name.equalsIgnoreCase("scratch")) {
        images.add(name);
      }
    }

    /** Follows stages that stand on stages. */
    private @Nullable String origin(int index) throws VariableExpander.BadVariable {
      Stage of = file.stages().get(index);
      String name = expand(of.from().image());
      Optional<Optional<String>> context =
          contexts.inPlaceOf(of.name()).or(() -> contexts.find(name));
      if (context.isPresent()) {
        return context.get().orElse(null);
      }
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
