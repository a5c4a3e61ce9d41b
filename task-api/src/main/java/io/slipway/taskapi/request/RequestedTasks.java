package io.slipway.taskapi.request;

import io.slipway.contract.RunRequested;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The registries and tasks that the requests of a batch name, and what was accepted before. */
final class RequestedTasks {
  private final Map<String, Optional<Registry>> registries = new HashMap<>();
  private final Map<TaskKey, Optional<Task>> tasks = new HashMap<>();
  private final Set<AcceptedKey> accepted = new HashSet<>();

  private record TaskKey(UUID registry, String task) {}

  private record AcceptedKey(UUID registry, String request) {}

  void add(String registry, Optional<Registry> found) {
    registries.put(ResourceId.key(registry), found);
  }

  void add(Registry registry, String task, Optional<Task> found) {
    tasks.put(new TaskKey(registry.uid(), ResourceId.key(task)), found);
  }

  void accepted(Registry registry, String request) {
    accepted.add(new AcceptedKey(registry.uid(), request));
  }

  Optional<Registry> find(RunRequested requested) {
    return registries.getOrDefault(ResourceId.key(requested.registry()), Optional.empty());
  }

  /** Whether the request led to a run before. */
  boolean isAccepted(Request request) {
    return find(request.requested())
        .map(registry -> accepted.contains(new AcceptedKey(registry.uid(), request.key())))
        .orElse(false);
  }

  /** The registry of a request; fails with 404. */
  Registry registry(RunRequested requested) {
    return find(requested)
        .orElseThrow(() ->
            ArmException.of(
                404, "ResourceNotFound", "Registry '" + requested.registry() + "' was not found."));
  }

  /** The task of a request; fails with 404. */
  Task task(RunRequested requested) {
    Registry registry = registry(requested);
    return tasks
        .getOrDefault(
            new TaskKey(registry.uid(), ResourceId.key(requested.task())), Optional.empty())
        .orElseThrow(() -> ArmException.notFound(TaskRepository.id(registry, requested.task())));
  }
}
