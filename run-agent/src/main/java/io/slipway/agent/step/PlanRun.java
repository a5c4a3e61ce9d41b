package io.slipway.agent.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.context.FetchText;
import io.slipway.agent.context.FetchedContext;
import io.slipway.agent.credential.ResolveSecrets;
import io.slipway.agent.credential.RunSecrets;
import io.slipway.agent.credential.SecretStores;
import io.slipway.agent.lease.Refusal;
import io.slipway.agent.lease.RunSpec;
import io.slipway.gotemplate.value.TemplateSources;
import io.slipway.taskfile.expand.ExpansionInput;
import io.slipway.taskfile.plan.PlanInput;
import io.slipway.taskfile.plan.PlanTaskFile;
import io.slipway.taskfile.plan.PlanTaskFile.Result;
import io.slipway.taskfile.plan.PlanTaskFile.Secrets;
import io.slipway.taskfile.plan.Problem;
import io.slipway.taskfile.plan.RunVariables;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.text.TextException;
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

/** Makes the plan of a run: its secret values, its context, its task file or build. */
@ApplicationScoped
class PlanRun {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss'z'").withZone(ZoneOffset.UTC);

  private final SecretStores secretStores;
  private final FetchContext fetchContext;
  private final FetchText fetchText;
  private final InstantSource clock;

  PlanRun(
      SecretStores secretStores,
      FetchContext fetchContext,
      FetchText fetchText,
      InstantSource clock) {
    this.secretStores = secretStores;
    this.fetchContext = fetchContext;
    this.fetchText = fetchText;
    this.clock = clock;
  }

  PlannedRun plan(Attempt attempt) throws Refusal, InterruptedException {
    RunSpec spec = attempt.spec();
    Map<String, String> secrets = secrets(attempt);
    ContextAccess contexts = ContextAccess.of(attempt, attempt.broker()::runToken, secrets);
    // It opens the git server of the context; nothing else may see it.
    secrets.remove(ContextAccess.TOKEN_SECRET);
    FetchedContext context = fetchContext.fetchRun(spec.step(), contexts);
    String revision = Objects.requireNonNullElse(context.revision(), "");
    RunVariables variables =
        variables(spec, revision, Objects.requireNonNullElse(context.branch(), ""));
    StepPlan plan =
        switch (spec.step().path("type").asText()) {
          case "EncodedTask" ->
              taskFile(attempt, decoded(spec.step(), "taskContent"), variables, secrets);
          case "FileTask" ->
              taskFile(
                  attempt,
                  WorkspaceFile.read(
                      attempt.workspace(), "task file", spec.step().path("taskFilePath").asText()),
                  variables,
                  secrets);
          case "Docker" -> new QuickBuildRequest(spec, variables.asMap()).plan(secrets);
          default ->
              throw Refusal.user(
                  "this agent does not know steps of the type '"
                      + spec.step().path("type").asText()
                      + "'; it is older than task-api");
        };
    return new PlannedRun(
        plan, spec.step().path("type").asText().equals("Docker"), revision, contexts);
  }

  /** Those that the specification names, and no others. */
  private static Map<String, String> secrets(Attempt attempt) throws Refusal, InterruptedException {
    Map<String, String> wanted = new LinkedHashMap<>();
    JsonNode names = attempt.spec().step().path("secretNames");
    if (!names.isEmpty()) {
      Map<String, String> all = new RunSecrets(attempt.broker(), attempt.log().masker()).fetch();
      for (JsonNode name : names) {
        String value = all.get(name.asText());
        if (value == null) {
          throw Refusal.user("the secret value '" + name.asText() + "' is not there");
        }
        wanted.put(name.asText(), value);
      }
    }
    return wanted;
  }

  private StepPlan taskFile(
      Attempt attempt, String text, RunVariables variables, Map<String, String> secretValues)
      throws Refusal, InterruptedException {
    RunSpec spec = attempt.spec();
    PlanInput input =
        PlanInput.of(
                ExpansionInput.of(variables.asMap(), values(attempt, secretValues))
                    .withAliasSources(new RunAliasSources(fetchText, attempt.workspace()))
                    .withSources(TemplateSources.of(clock.instant(), new SecureRandom())))
            .withRunTimeout(Duration.ofSeconds(spec.timeoutSeconds()));
    Secrets asked = PlanTaskFile.secrets(text, input);
    if (asked instanceof Secrets.Wanted wanted && !wanted.secrets().isEmpty()) {
      input =
          input.withSecrets(
              new ResolveSecrets(secretStores.of(attempt.broker()), attempt.log().masker())
                  .resolve(wanted.secrets()));
    }
    return switch (PlanTaskFile.plan(text, input)) {
      case Result.Planned planned -> {
        warn(attempt, planned.warnings());
        yield planned.plan();
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

  private static void warn(Attempt attempt, List<Problem> warnings) {
    warnings.forEach(warning -> attempt.log().engine("WARNING: " + warning));
  }

  private static Map<String, Object> values(Attempt attempt, Map<String, String> secretValues)
      throws Refusal {
    JsonNode step = attempt.spec().step();
    Map<String, Object> set = new LinkedHashMap<>();
    step.path("values")
        .forEach(value -> set.put(value.path("name").asText(), value.path("value").asText()));
    set.putAll(secretValues);
    return SetValues.over(valuesFile(attempt, step), set);
  }

  private static Map<String, Object> valuesFile(Attempt attempt, JsonNode step) throws Refusal {
    String path = step.path("valuesFilePath").asText("");
    String text =
        path.isEmpty()
            ? decoded(step, "valuesContent")
            : WorkspaceFile.read(attempt.workspace(), "values file", path);
    try {
      return ValuesFile.parse(text);
    } catch (TextException malformed) {
      throw Refusal.user(
          "values file: line %d, column %d: %s"
              .formatted(malformed.line(), malformed.column(), malformed.reason()),
          malformed);
    }
  }

  private static String decoded(JsonNode step, String name) throws Refusal {
    try {
      return new String(
          Base64.getMimeDecoder().decode(step.path(name).asText("")), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      throw Refusal.user(name + " is no base64", malformed);
    }
  }

  private RunVariables variables(RunSpec spec, String revision, String branch) {
    String task = spec.task();
    return new RunVariables(
        spec.runId(),
        spec.loginServer(),
        spec.registry(),
        DATE.format(clock.instant()),
        spec.platform().os().toLowerCase(Locale.ROOT),
        spec.platform().architecture(),
        "acb_vol_" + spec.runUid(),
        revision,
        branch,
        task == null ? "" : task);
  }
}
