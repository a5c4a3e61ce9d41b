package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.context.FetchText;
import io.slipway.agent.context.FetchedContext;
import io.slipway.agent.credential.ResolveSecrets;
import io.slipway.agent.credential.RunSecrets;
import io.slipway.agent.credential.SecretStores;
import io.slipway.agent.decision.QuickBuildRequest;
import io.slipway.contract.agent.NamedValue;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.contract.agent.TaskStep;
import io.slipway.gotemplate.TemplateSources;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import io.slipway.taskfile.read.PlanTaskFile.Secrets;
import io.slipway.taskfile.values.SetValues;
import io.slipway.taskfile.values.ValuesFile;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the plan of a run: its secret values, its context, its task file or build. */
@ApplicationScoped
class PlanRun {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);

  private final SecretStores secretStores;
  private final FetchContext fetchContext;
  private final FetchText fetchText;
  private final WorkMetrics metrics;
  private final InstantSource clock;
  private final RememberedPlans remembered = new RememberedPlans();
  private final SecureRandom random = new SecureRandom();

  PlanRun(
      SecretStores secretStores,
      FetchContext fetchContext,
      FetchText fetchText,
      WorkMetrics metrics,
      InstantSource clock) {
    this.secretStores = secretStores;
    this.fetchContext = fetchContext;
    this.fetchText = fetchText;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * What a run does, with what was found out on the way to it.
   *
   * @param plan its steps
   * @param quick whether it is a build without a task file
   * @param revision commit of its context; empty if that is not a git repository
   * @param contexts what steps fetch contexts of their own with
   */
  record Planned(StepPlan plan, boolean quick, String revision, ContextAccess contexts) {}

  /** What every kind of plan is made from: secret values by name, and the run's context. */
  private record Sources(
      Map<String, String> secrets,
      ContextAccess contexts,
      String revision,
      RunVariables variables) {}

  /** The plan of a build without a task file. */
  Planned plan(Attempt attempt, TaskStep.DockerBuild build, ContextAccess.Programs programs)
      throws Refusal, InterruptedException {
    Sources sources = fetch(attempt, build, programs);
    StepPlan plan =
        new QuickBuildRequest(attempt.spec(), sources.variables().asMap())
            .plan(build, sources.secrets());
    return new Planned(plan, true, sources.revision(), sources.contexts());
  }

  /** The plan of a task file in the run's context. */
  Planned plan(Attempt attempt, TaskStep.FileTask task, ContextAccess.Programs programs)
      throws Refusal, InterruptedException {
    Sources sources = fetch(attempt, task, programs);
    String text = WorkspaceFile.read(attempt.workspace().path(), "task file", task.taskFilePath());
    String path = task.valuesFilePath();
    String values =
        path == null || path.isEmpty()
            ? ""
            : WorkspaceFile.read(attempt.workspace().path(), "values file", path);
    return taskFile(attempt, sources, text, values(values, task.values(), sources));
  }

  /** The plan of a task file that came with the request. */
  Planned plan(Attempt attempt, TaskStep.EncodedTask task, ContextAccess.Programs programs)
      throws Refusal, InterruptedException {
    Sources sources = fetch(attempt, task, programs);
    String text = decoded("taskContent", task.taskContent());
    String values = decoded("valuesContent", Objects.requireNonNullElse(task.valuesContent(), ""));
    return taskFile(attempt, sources, text, values(values, task.values(), sources));
  }

  private Sources fetch(Attempt attempt, TaskStep.WithContext step, ContextAccess.Programs programs)
      throws Refusal, InterruptedException {
    Map<String, String> secrets = secrets(attempt, step.secretNames());
    ContextAccess contexts = ContextAccess.of(attempt, step.contextPath(), secrets, programs);
    if (step.buildSource() != null || !isBlank(step.contextPath())) {
      attempt.workspace().made();
    }
    FetchedContext context = context(step, contexts);
    String revision = Objects.requireNonNullElse(context.revision(), "");
    attempt.report().revision(revision);
    return new Sources(secrets, contexts, revision, variables(attempt.spec(), context));
  }

  private FetchedContext context(TaskStep.WithContext step, ContextAccess contexts)
      throws Refusal, InterruptedException {
    if (step.buildSource() == null && isBlank(step.contextPath())) {
      return fetchContext.fetchRun(step, contexts);
    }
    long begun = System.nanoTime();
    boolean fetched = false;
    try {
      FetchedContext context = fetchContext.fetchRun(step, contexts);
      fetched = true;
      return context;
    } finally {
      metrics.fetched(begun, fetched);
    }
  }

  private static boolean isBlank(@Nullable String text) {
    return text == null || text.isBlank();
  }

  /** The secret values that the specification names, and no others. */
  private static Map<String, String> secrets(Attempt attempt, List<String> names)
      throws Refusal, InterruptedException {
    Map<String, String> wanted = new LinkedHashMap<>();
    if (!names.isEmpty()) {
      Map<String, String> all = new RunSecrets(attempt.broker(), attempt.log().masker()).fetch();
      for (String name : names) {
        String value = all.get(name);
        if (value == null) {
          throw Refusal.user("the secret value '" + name + "' does not exist");
        }
        wanted.put(name, value);
      }
    }
    return wanted;
  }

  private Planned taskFile(
      Attempt attempt, Sources sources, String text, Map<String, Object> values)
      throws Refusal, InterruptedException {
    RememberedPlans.Key key =
        new RememberedPlans.Key(attempt.spec().registry(), text, attempt.spec().timeoutSeconds());
    Result.Planned known = remembered.find(key);
    if (known != null) {
      return planned(attempt, sources, known);
    }
    PlanInput input =
        PlanInput.of(
                ExpansionInput.of(sources.variables().asMap(), values)
                    .withAliasSources(new RunAliasSources(fetchText, attempt.workspace().path()))
                    .withSources(TemplateSources.of(clock.instant(), random)))
            .withRunTimeout(Duration.ofSeconds(attempt.spec().timeoutSeconds()));
    Secrets asked = PlanTaskFile.secrets(text, input);
    if (asked instanceof Secrets.Wanted wanted && !wanted.secrets().isEmpty()) {
      SecretStores.say(attempt.broker(), wanted.secrets());
      input =
          input.withSecrets(
              new ResolveSecrets(secretStores.of(attempt.broker()), attempt.log().masker())
                  .resolve(wanted.secrets()));
    }
    return switch (PlanTaskFile.plan(text, input)) {
      case Result.Planned planned -> {
        remembered.add(key, planned);
        yield planned(attempt, sources, planned);
      }
      case Result.Refused refused -> {
        warn(attempt, refused.warnings());
        throw Refusal.user(
            "failed to unmarshal task before running: "
                + refused.problems().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining("; ")));
      }
    };
  }

  private static Planned planned(Attempt attempt, Sources sources, Result.Planned planned) {
    warn(attempt, planned.warnings());
    return new Planned(planned.plan(), false, sources.revision(), sources.contexts());
  }

  private static void warn(Attempt attempt, List<Problem> warnings) {
    warnings.forEach(warning -> attempt.log().engine("WARNING: " + warning));
  }

  /** Values of the request stand over those of the file, secret ones over both. */
  private static Map<String, Object> values(String file, List<NamedValue> set, Sources sources)
      throws Refusal {
    Map<String, Object> over = new LinkedHashMap<>();
    set.forEach(value -> over.put(value.name(), value.value()));
    over.putAll(sources.secrets());
    try {
      return SetValues.over(file.isEmpty() ? Map.of() : ValuesFile.parse(file), over);
    } catch (Refusal malformed) {
      throw Refusal.user(
          "values file: line %d, column %d: %s"
              .formatted(malformed.line(), malformed.column(), malformed.text()),
          malformed);
    }
  }

  private static String decoded(String name, String content) throws Refusal {
    try {
      return new String(Base64.getMimeDecoder().decode(content), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw Refusal.user(name + " is not valid base64", malformed);
    }
  }

  /** What was pushed stands over what the context says, which names no branch of a commit. */
  private RunVariables variables(RunSpecification spec, FetchedContext context) {
    RunSpecification.Git pushed = spec.queueing() == null ? null : spec.queueing().git();
    RunSpecification.Git git =
        pushed == null
            ? new RunSpecification.Git(orEmpty(context.revision()), context.branch(), null)
            : pushed;
    return new RunVariables(
        spec.runId(),
        spec.loginServer(),
        spec.registry(),
        DATE.format(clock.instant()),
        spec.platform().os().toLowerCase(Locale.ROOT),
        spec.platform().architecture(),
        "acb_vol_" + spec.runUid(),
        orEmpty(git.commit()),
        orEmpty(git.branch()),
        orEmpty(git.tag()),
        orEmpty(spec.task()));
  }

  private static String orEmpty(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }
}
