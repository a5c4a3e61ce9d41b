package io.slipway.taskapi.definition;

import io.slipway.contract.agent.NamedValue;
import io.slipway.contract.agent.TaskStep;
import io.slipway.contract.lease.ActAsRequest.VaultRead;
import io.slipway.taskapi.source.blob.SourcePath;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.values.SetValues;
import io.slipway.taskfile.values.ValuesFile;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes what an agent executes from what a task says and how one run differs from it. */
public final class AgentStep {
  private AgentStep() {}

  /** What an agent is to execute; the context is an address or an uploaded source. */
  public static TaskStep.WithContext of(Step step, StepOverride override) {
    String context = override.contextPath() == null ? step.contextPath() : override.contextPath();
    UUID source = Optional.ofNullable(context).flatMap(SourcePath::id).orElse(null);
    String address = source == null ? context : null;
    Set<String> secretNames = step.secretNames();
    if (!GitContext.isSameServer(step.contextPath(), context)) {
      // Somebody who may run a task but not change it must not get its token sent elsewhere.
      secretNames.remove(Step.CONTEXT_TOKEN);
    }
    if (!Objects.equals(step.contextPath(), context)) {
      secretNames.remove(Step.CONTEXT_ADDRESS);
    }
    if (ContextCredentials.areMissing(override.contextPath())) {
      secretNames.add(Step.CONTEXT_ADDRESS);
    }
    List<NamedValue> values = values(step.values(), override.of(step), secretNames);
    List<String> secrets = List.copyOf(secretNames);
    return switch (step) {
      case Step.DockerBuild build ->
          new TaskStep.DockerBuild(
              address,
              source,
              build.imageNames(),
              build.isPushEnabled(),
              build.noCache(),
              otherwise(override.file(), build.dockerFilePath()),
              override.target() == null ? build.target() : override.target(),
              values,
              secrets);
      case Step.FileTask task ->
          new TaskStep.FileTask(
              address,
              source,
              otherwise(override.file(), task.taskFilePath()),
              task.valuesFilePath(),
              values,
              secrets);
      case Step.EncodedTask task ->
          new TaskStep.EncodedTask(
              address,
              source,
              task.encodedTaskContent(),
              task.encodedValuesContent(),
              values,
              secrets);
    };
  }

  /**
   * Which key vaults the task file of a step names, as whom they are to be read; empty if that
   * depends on the run, or on a context.
   */
  public static Optional<Set<VaultRead>> vaults(TaskStep step) {
    if (!(step instanceof TaskStep.EncodedTask task)) {
      return Optional.empty();
    }
    Map<String, Object> open = new LinkedHashMap<>();
    task.values().forEach(value -> open.put(value.name(), value.value()));
    try {
      Map<String, Object> values =
          SetValues.over(ValuesFile.parse(decoded(task.valuesContent())), open);
      values.keySet().removeAll(task.secretNames()); // the broker has what stands over these
      return PlanTaskFile.secretsOfEveryRun(decoded(task.taskContent()), values)
          .map(AgentStep::vaults);
    } catch (Refusal malformed) {
      return Optional.empty();
    }
  }

  private static Set<VaultRead> vaults(List<SecretReference> secrets) {
    Set<VaultRead> reads = new LinkedHashSet<>();
    secrets.forEach(secret ->
        secret.vault().ifPresent(vault -> reads.add(new VaultRead(vault, secret.clientId()))));
    return reads;
  }

  /** What is in base64; nothing if it is null. */
  public static String decoded(@Nullable String base64) {
    byte[] content = Base64.getMimeDecoder().decode(base64 == null ? "" : base64);
    return new String(content, StandardCharsets.UTF_8);
  }

  private static String otherwise(@Nullable String override, String stored) {
    return override == null ? stored : override;
  }

  /** The values that are not secret; the names of the others go to {@code secretNames}. */
  private static List<NamedValue> values(
      List<StepValue> stored, List<StepValue> override, Set<String> secretNames) {
    Map<String, String> values = new LinkedHashMap<>();
    for (StepValue value : stored) {
      if (!value.isSecret()) {
        values.put(value.name(), Objects.requireNonNullElse(value.value(), ""));
      }
    }
    for (StepValue value : override) {
      if (value.isSecret()) {
        values.remove(value.name());
        secretNames.add(value.name());
      } else {
        values.put(value.name(), Objects.requireNonNullElse(value.value(), ""));
        secretNames.remove(value.name());
      }
    }
    return values.entrySet().stream()
        .map(entry -> new NamedValue(entry.getKey(), entry.getValue()))
        .toList();
  }
}
