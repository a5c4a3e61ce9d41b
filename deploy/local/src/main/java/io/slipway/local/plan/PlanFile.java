package io.slipway.local.plan;

import io.slipway.gotemplate.TemplateSources;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import io.slipway.taskfile.read.PlanTaskFile.Secrets;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Plans a task file as a run would, with names in place of its secrets ({@code secret-<id>}), and
 * looks at the Dockerfiles that it can reach.
 */
public final class PlanFile {
  private static final long LARGEST = 4 << 20;

  private final RunVariables run;
  private final Map<String, Object> values;
  private final TemplateSources sources;
  private final Duration runTimeout;
  private final @Nullable Path context;

  /**
   * Plans for a run.
   *
   * @param context folder that stands for the workspace; null for the one of each file
   */
  public PlanFile(
      RunVariables run,
      Map<String, Object> values,
      TemplateSources sources,
      Duration runTimeout,
      @Nullable Path context) {
    this.run = run;
    this.values = values;
    this.sources = sources;
    this.runTimeout = runTimeout;
    this.context = context;
  }

  public PlannedFile plan(Path file) {
    String name = file.toString();
    String text;
    try {
      text = read(file);
    } catch (IOException unreadable) {
      return PlannedFile.refused(
          name, List.of(new Problem(0, 0, "", reason(unreadable))), List.of());
    }
    Path parent = file.toAbsolutePath().normalize().getParent();
    Path workspace = context != null ? context : parent != null ? parent : Path.of("/");
    ExpansionInput expansion =
        ExpansionInput.of(run.asMap(), values)
            .withAliasSources(new LocalAliases(workspace))
            .withSources(sources);
    PlanInput input = PlanInput.of(expansion).withRunTimeout(runTimeout);
    switch (PlanTaskFile.secrets(text, input)) {
      case Secrets.Refused refused -> {
        return PlannedFile.refused(name, refused.problems(), List.of());
      }
      case Secrets.Wanted wanted -> input = input.withSecrets(names(wanted.secrets()));
    }
    return switch (PlanTaskFile.plan(text, input)) {
      case Result.Refused refused ->
          PlannedFile.refused(name, refused.problems(), refused.warnings());
      case Result.Planned planned ->
          new PlannedFile(
              name,
              planned.plan(),
              List.of(),
              planned.warnings(),
              bases(planned.plan(), new ReadBases(workspace)));
    };
  }

  private static Map<String, String> names(List<SecretReference> secrets) {
    Map<String, String> names = new LinkedHashMap<>();
    secrets.forEach(secret -> names.put(secret.id(), "secret-" + secret.id()));
    return names;
  }

  private static Map<String, BuildBases> bases(StepPlan plan, ReadBases reader) {
    Map<String, BuildBases> bases = new LinkedHashMap<>();
    for (PlannedStep step : plan.steps()) {
      if (step.action() instanceof StepAction.Build build) {
        bases.put(step.id(), reader.of(build.command(), step.container().workingDirectory()));
      }
    }
    return bases;
  }

  private static String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("is a folder, not a task file");
    }
    if (Files.size(file) > LARGEST) {
      throw new IOException("has more than " + LARGEST + " bytes");
    }
    return Files.readString(file);
  }

  private static String reason(IOException unreadable) {
    return switch (unreadable) {
      case NoSuchFileException missing -> "there is no such file";
      case CharacterCodingException binary -> "is not text in UTF-8";
      default -> String.valueOf(unreadable.getMessage());
    };
  }
}
