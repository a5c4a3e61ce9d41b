package io.slipway.agent.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskfile.plan.After;
import io.slipway.taskfile.plan.CacheSetting;
import io.slipway.taskfile.plan.ContainerOptions;
import io.slipway.taskfile.plan.PlannedNetwork;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.SecretReference;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan in the form that the cases have for tasks: what is empty, false or 0 is left out. */
final class OriginalTask {
  private OriginalTask() {}

  /** What a case expects: edges in order, and no {@code when}, since they say it. */
  static JsonNode expected(JsonNode expected) {
    ObjectNode copy = expected.deepCopy();
    copy.path("steps").forEach(step -> ((ObjectNode) step).remove("when"));
    List<JsonNode> edges = new ArrayList<>();
    copy.path("edges").forEach(edges::add);
    edges.sort(Comparator.comparing(JsonNode::toString));
    copy.putArray("edges").addAll(edges);
    return copy;
  }

  static Map<String, Object> of(StepPlan plan) {
    Map<String, Object> task = new LinkedHashMap<>();
    task.put("version", plan.settings().version());
    task.put("stepTimeout", (int) plan.settings().stepTimeout().toSeconds());
    put(task, "workingDirectory", plan.settings().workingDirectory());
    put(task, "env", entries(plan.settings().env()));
    put(task, "secrets", plan.secrets().stream().map(OriginalTask::secret).toList());
    task.put("networks", plan.networks().stream().map(OriginalTask::network).toList());
    task.put("steps", plan.steps().stream().map(OriginalTask::step).toList());
    task.put("edges", edges(plan));
    return task;
  }

  private static List<List<String>> edges(StepPlan plan) {
    List<List<String>> edges = new ArrayList<>();
    for (PlannedStep step : plan.steps()) {
      if (step.after().isEmpty()) {
        edges.add(List.of("acb_root", step.id()));
      }
      for (After after : step.after()) {
        edges.add(List.of(after.stepId(), step.id()));
      }
    }
    edges.sort(Comparator.comparing(edge -> "[\"" + String.join("\",\"", edge) + "\"]"));
    return edges;
  }

  private static Map<String, Object> step(PlannedStep step) {
    Map<String, Object> out = new LinkedHashMap<>();
    switch (step.action()) {
      case StepAction.Cmd cmd -> {
        out.put("type", "cmd");
        out.put("cmd", cmd.text());
      }
      case StepAction.Build build -> {
        out.put("type", "build");
        out.put("build", build.text());
        put(out, "tags", build.command().tags());
        put(out, "buildArgs", entries(build.command().buildArgs()));
        put(out, "cache", build.cache() == CacheSetting.UNSET ? "" : build.cache().name());
      }
      case StepAction.Push push -> {
        out.put("type", "push");
        out.put("push", push.images().stream().map(image -> image.familiar()).toList());
      }
    }
    out.put("id", step.id());
    put(out, "timeout", (int) step.timeout().toSeconds());
    put(out, "startDelay", (int) step.startDelay().toSeconds());
    put(out, "retries", step.retries());
    put(out, "retryDelay", (int) step.retryDelay().toSeconds());
    put(out, "repeat", step.repeat());
    put(out, "ignoreErrors", step.ignoreErrors());
    container(out, step.container());
    return out;
  }

  private static void container(Map<String, Object> out, ContainerOptions container) {
    put(out, "env", entries(container.env()));
    put(out, "entryPoint", container.entryPoint());
    put(out, "user", container.user());
    put(out, "network", container.network().name());
    put(out, "workingDirectory", container.workingDirectory());
    put(out, "disableWorkingDirectoryOverride", container.folder().isOfImage());
    put(out, "ports", container.network().ports());
    put(out, "expose", container.network().expose());
    put(out, "privileged", container.privileged());
    put(out, "detach", container.life().detach());
    put(out, "keep", container.life().keep());
    put(out, "pull", container.pull().isFirst());
    put(out, "isolation", container.isolation());
    put(
        out,
        "volumeMounts",
        container.volumeMounts().stream()
            .map(mount -> Map.of("name", mount.name(), "mountPath", mount.path()))
            .toList());
  }

  private static Map<String, Object> secret(SecretReference secret) {
    Map<String, Object> out = new LinkedHashMap<>();
    put(out, "id", secret.id());
    put(out, "keyvault", secret.keyvault());
    put(out, "clientID", secret.clientId());
    return out;
  }

  private static Map<String, Object> network(PlannedNetwork network) {
    return Map.of(
        "name",
        network.name(),
        "driver",
        network.driver(),
        "ipv6",
        network.ipv6(),
        "skipCreation",
        network.skipCreation(),
        "isDefault",
        network.isDefault());
  }

  private static List<String> entries(Map<String, String> env) {
    return env.entrySet().stream()
        .map(entry ->
            entry.getValue() == null ? entry.getKey() : entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  private static void put(Map<String, Object> out, String name, Object value) {
    boolean empty =
        value == null
            || value.equals("")
            || value.equals(0)
            || value.equals(false)
            || value instanceof List<?> list && list.isEmpty();
    if (!empty) {
      out.put(name, value);
    }
  }
}
