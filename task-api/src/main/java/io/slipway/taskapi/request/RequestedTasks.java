package io.slipway.taskapi.request;

import io.slipway.contract.RegistryRequest;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.task.Task;
import io.slipway.taskapi.task.TaskRepository;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The registries and tasks that the requests of a batch name, and what was accepted before. */
final class RequestedTasks {
  private final Map<String, Optional<Registry>> registries = new HashMap<>();
  private final Map<TaskKey, Optional<Task>> tasks = new HashMap<>();
  private final Map<AcceptedKey, UUID> accepted = new HashMap<>();

  private record TaskKey(UUID registry, String task) {}

  private record AcceptedKey(UUID registry, String request) {}

  void add(String registry, Optional<Registry> found) {
    registries.put(ResourceId.key(registry), found);
  }

  void add(Registry registry, String task, Optional<Task> found) {
    tasks.put(new TaskKey(registry.uid(), ResourceId.key(task)), found);
  }

  void accepted(Registry registry, String request, UUID run) {
    accepted.put(new AcceptedKey(registry.uid(), request), run);
  }

  Optional<Registry> find(RegistryRequest requested) {
    return registries.getOrDefault(ResourceId.key(requested.registry()), Optional.empty());
  }

  /** Whether the request led to a run before. */
  boolean isAccepted(Request request) {
    return accepted(request) != null;
  }

  /** Uid of the run that the request led to before, or null. */
  @Nullable UUID accepted(Request request) {
    return find(request.requested())
        .map(registry -> accepted.get(new AcceptedKey(registry.uid(), request.key())))
        .orElse(null);
  }

  /** The registry of a request; fails with 404. */
  Registry registry(RegistryRequest requested) {
    return find(requested)
        .orElseThrow(() ->
            ArmException.of(
                404, "ResourceNotFound", "Registry '" + requested.registry() + "' was not found."));
  }

  /** The task of a request; fails with 404. */
  Task task(RegistryRequest requested) {
    Registry registry = registry(requested);
    String task = Objects.requireNonNull(requested.task());
    return tasks
        .getOrDefault(new TaskKey(registry.uid(), ResourceId.key(task)), Optional.empty())
        .orElseThrow(() -> ArmException.notFound(TaskRepository.id(registry, task)));
  }
}
