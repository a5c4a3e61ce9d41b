package io.slipway.taskapi.door;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.taskapi.baseimage.BaseImageRows;
import io.slipway.taskapi.definition.ContextCredentials;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.definition.Triggers;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import io.slipway.taskapi.sourcetrigger.SourceDeliveries;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.timer.TimerState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A task as ARM shows it: never a secret, and of a credential nothing but its login server. */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record TaskView(
    String id,
    String name,
    String type,
    String location,
    Map<String, String> tags,
    @Nullable Identity identity,
    JsonNode properties) {
  /** The identities of a task as ARM shows them. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  public record Identity(
      @Nullable String principalId,
      @Nullable String tenantId,
      String type,
      @Nullable Map<String, Ids> userAssignedIdentities) {}

  /** Client and principal id of a user-assigned identity. */
  public record Ids(String clientId, String principalId) {}

  /** The view of a task, with where its triggers stand. */
  static TaskView of(JsonText json, Task task, TaskViews.Standing standing) {
    return new TaskView(
        task.id(),
        task.name(),
        "Microsoft.ContainerRegistry/registries/tasks",
        task.location(),
        task.tags(),
        identity(task.identity()),
        properties(json, task, standing));
  }

  /** Identities as ARM shows them, or null if there are none. */
  static @Nullable Identity identity(TaskIdentity identity) {
    if (identity.system() == null && identity.user().isEmpty()) {
      return null;
    }
    Map<String, Ids> user = new LinkedHashMap<>();
    for (UserIdentity given : identity.user()) {
      user.put(given.id(), new Ids(given.clientId(), given.principalId()));
    }
    TaskIdentity.SystemAssigned own = identity.system();
    return new Identity(
        own == null ? null : own.principalId(),
        own == null ? null : own.tenantId(),
        identity.type(),
        user.isEmpty() ? null : user);
  }

  private static ObjectNode properties(JsonText json, Task task, TaskViews.Standing standing) {
    ObjectNode shown = json.object();
    shown.put("provisioningState", "Succeeded");
    shown.put("creationDate", task.createdAt().toString());
    shown.setAll((ObjectNode) json.tree(task.definition()));
    shown.putNull("agentPoolName");
    JsonNode triggers = shown.path("trigger");
    show(triggers.path("timerTriggers"), task, standing.timers());
    triggers
        .path("sourceTriggers")
        .forEach(source -> showSource((ObjectNode) source, task, standing));
    BaseImageRows.Last baseImages = standing.baseImages();
    if (baseImages != null && triggers.path("baseImageTrigger") instanceof ObjectNode trigger) {
      showLast(trigger, baseImages.occurrence(), baseImages.runId(), baseImages.problem());
    }
    if (shown.path("step") instanceof ObjectNode step) {
      step.remove("hasContextAccessToken");
      step.putNull("contextAccessToken");
      if (step.path("contextPath").isTextual()) { // earlier versions stored it as it came
        step.put("contextPath", ContextCredentials.shown(step.path("contextPath").textValue()));
      }
      step.set("baseImageDependencies", baseImages(task));
    } else {
      shown.putNull("step");
    }
    return shown;
  }

  /** When each timer is due next, and what became of the last time; ARM has no such properties. */
  private static void show(JsonNode shown, Task task, List<TimerState> timers) {
    int index = 0;
    for (Triggers.Timer timer : task.definition().trigger().timerTriggers()) {
      ObjectNode node = (ObjectNode) shown.path(index++);
      for (TimerState state : timers) {
        if (state.name().equals(timer.name()) && state.isOf(timer)) {
          boolean on = timer.isEnabled() && task.isEnabled();
          put(node, "nextOccurrence", on ? state.occurrence() : null);
          TimerState.Last last = state.last();
          if (last != null) {
            showLast(node, last.occurrence(), last.runId(), last.problem());
          }
        }
      }
    }
  }

  /** Where its provider is to post, and what became of the last delivery. */
  private static void showSource(ObjectNode source, Task task, TaskViews.Standing standing) {
    String name = source.path("name").asText();
    put(source, "hookAddress", standing.hooks().address(task.uid(), name));
    SourceDeliveries.Outcome last = standing.deliveries().get(name);
    if (last != null) {
      showLast(source, last.received(), last.runId(), last.problem());
    }
  }

  private static void showLast(
      ObjectNode node,
      @Nullable Instant occurrence,
      @Nullable String runId,
      @Nullable String problem) {
    put(node, "lastOccurrence", occurrence);
    put(node, "lastRunId", runId);
    put(node, "lastProblem", problem);
  }

  private static void put(ObjectNode node, String name, @Nullable Object value) {
    if (value != null) {
      node.put(name, value.toString());
    }
  }

  private static JsonNode baseImages(Task task) {
    if (task.dependencies().isEmpty()) {
      return JsonNodeFactory.instance.nullNode();
    }
    Set<ObjectNode> images = new LinkedHashSet<>();
    // What is stored is an agent's word: nulls in it are passed over.
    for (ImageDependency dependency : present(task.dependencies())) {
      if (dependency.runtime() != null) {
        images.add(baseImage("RunTime", dependency.runtime()));
      }
      present(dependency.buildtime()).forEach(image -> images.add(baseImage("BuildTime", image)));
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    images.forEach(list::add);
    return list;
  }

  private static <T> List<T> present(@Nullable List<T> stored) {
    return stored == null ? List.of() : stored.stream().filter(Objects::nonNull).toList();
  }

  private static ObjectNode baseImage(String type, ImageRef image) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", type)
        .put("registry", image.registry())
        .put("repository", image.repository())
        .put("tag", image.tag())
        .put("digest", image.digest());
  }
}
