package io.slipway.taskfile.plan;

import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan as a document of maps, lists, texts, numbers and truth values, to be written as JSON; its
 * shape is in docs/interfaces.md. Contents of secret volumes are not in it.
 */
public final class PlanDocument {
  private PlanDocument() {}

  /** The document of a plan. */
  public static Map<String, Object> of(StepPlan plan) {
    Map<String, Object> document = new LinkedHashMap<>();
    TaskSettings settings = plan.settings();
    document.put("version", settings.version());
    document.put("aliases", plan.aliases());
    document.put("stepTimeoutSeconds", settings.stepTimeout().toSeconds());
    document.put("workingDirectory", settings.workingDirectory());
    document.put("env", settings.env());
    document.put("networks", plan.networks().stream().map(PlanDocument::network).toList());
    document.put(
        "volumes",
        plan.volumes().stream()
            .map(volume ->
                Map.of("name", volume.name(), "files", List.copyOf(volume.files().keySet())))
            .toList());
    document.put("secrets", plan.secrets().stream().map(PlanDocument::secret).toList());
    document.put("steps", plan.steps().stream().map(PlanDocument::step).toList());
    return document;
  }

  /** The document of a problem or a warning. */
  public static Map<String, Object> of(Problem problem) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("line", problem.line());
    document.put("column", problem.column());
    document.put("property", problem.property());
    document.put("message", problem.message());
    return document;
  }

  private static Map<String, Object> network(PlannedNetwork network) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", network.name());
    document.put("driver", network.driver());
    document.put("ipv6", network.ipv6());
    document.put("skipCreation", network.skipCreation());
    document.put("isDefault", network.isDefault());
    return document;
  }

  private static Map<String, Object> secret(SecretReference secret) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", secret.id());
    putIfThere(document, "keyvault", secret.keyvault());
    putIfThere(document, "clientID", secret.clientId());
    return document;
  }

  private static Map<String, Object> step(PlannedStep step) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("id", step.id());
    switch (step.action()) {
      case StepAction.Cmd cmd -> {
        document.put("cmd", cmd.text());
        document.put("image", cmd.image().canonical());
        document.put("arguments", cmd.arguments());
      }
      case StepAction.Build build -> {
        document.put("build", build.text());
        document.putAll(build(build.command()));
        if (build.cache() != CacheSetting.UNSET) {
          document.put("cache", build.cache() == CacheSetting.ENABLED);
        }
      }
      case StepAction.Push push ->
          document.put("push", push.images().stream().map(ImageReference::canonical).toList());
    }
    document.put("after", step.after().stream().map(PlanDocument::after).toList());
    document.put("timeoutSeconds", step.timeout().toSeconds());
    document.put("startDelaySeconds", step.startDelay().toSeconds());
    document.put("retries", step.retries());
    document.put("retryDelaySeconds", step.retryDelay().toSeconds());
    document.put("retryOnErrors", step.retryOnErrors());
    document.put("repeat", step.repeat());
    document.put("ignoreErrors", step.ignoreErrors());
    document.put("container", container(step.container()));
    return document;
  }

  private static Map<String, Object> build(BuildCommand command) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("tags", command.tags());
    document.put("context", command.context());
    putIfThere(document, "file", command.file());
    putIfThere(document, "target", command.target());
    document.put("platforms", command.platforms());
    document.put("buildArgs", command.buildArgs());
    return document;
  }

  /** What a step waits for, in the words that {@code when} has for it. */
  public static Map<String, Object> after(After after) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("step", after.stepId());
    switch (after.ends()) {
      case Ends.Succeeded succeeded -> document.put("is", "succeeded");
      case Ends.Failed failed -> document.put("is", "failed");
      case Ends.Always always -> document.put("is", "always");
      case Ends.ExitCode codes -> {
        document.put("exitedWith", codes.with().stream().sorted().toList());
        document.put("exitedWithout", codes.without().stream().sorted().toList());
      }
    }
    return document;
  }

  private static Map<String, Object> container(ContainerOptions container) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("env", container.env());
    putIfThere(document, "entryPoint", container.entryPoint());
    putIfThere(document, "user", container.user());
    putIfThere(document, "network", container.network().name());
    document.put("workingDirectory", container.workingDirectory());
    document.put("disableWorkingDirectoryOverride", container.folder().isOfImage());
    document.put("ports", container.network().ports());
    document.put("expose", container.network().expose());
    document.put("privileged", container.privileged());
    document.put("detach", container.life().detach());
    document.put("keep", container.life().keep());
    document.put("pull", container.pull().isFirst());
    document.put("pullRetries", container.pull().retries());
    document.put("pullRetryDelaySeconds", container.pull().retryDelay().toSeconds());
    putIfThere(document, "cpus", container.cpus());
    putIfThere(document, "isolation", container.isolation());
    List<Map<String, Object>> mounts = new ArrayList<>();
    for (VolumeMount mount : container.volumeMounts()) {
      mounts.add(Map.of("name", mount.name(), "mountPath", mount.path()));
    }
    document.put("volumeMounts", mounts);
    return document;
  }

  private static void putIfThere(
      Map<String, Object> document, String name, @Nullable String value) {
    if (value != null) {
      document.put(name, value);
    }
  }
}
