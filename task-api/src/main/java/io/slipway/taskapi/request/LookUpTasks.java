package io.slipway.taskapi.request;

import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.slipway.taskapi.request.RunRequestConsumer.Request;
import io.slipway.taskapi.run.ScheduleRun;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.task.TaskRepository;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Looks up what the requests of a batch name, each registry and task once. Requests that led to a
 * run before are told first: the task may have been deleted since, which is no reason to reject
 * what was accepted.
 */
@ApplicationScoped
class LookUpTasks {
  /** A registry that is being made is waited for, if it is younger than a minute. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int PAUSES = 3;

  private final RegistryRepository registries;
  private final TaskRepository tasks;
  private final ScheduleRun scheduleRun;
  private final InstantSource clock;
  private final Vertx vertx;

  LookUpTasks(
      RegistryRepository registries,
      TaskRepository tasks,
      ScheduleRun scheduleRun,
      InstantSource clock,
      Vertx vertx) {
    this.registries = registries;
    this.tasks = tasks;
    this.scheduleRun = scheduleRun;
    this.clock = clock;
    this.vertx = vertx;
  }

  Uni<RequestedTasks> find(List<Request> requests) {
    RequestedTasks found = new RequestedTasks();
    Set<String> names = new HashSet<>();
    requests.forEach(request -> names.add(request.requested().registry()));
    return InTurn.each(names, name -> registry(name, PAUSES, found))
        .chain(() -> InTurn.each(byRegistry(requests, found).entrySet(), it -> known(it, found)))
        .chain(() -> tasks(requests, found))
        .replaceWith(found);
  }

  private Uni<Void> registry(String name, int pauses, RequestedTasks found) {
    return registries
        .findByName(name)
        .chain(registry -> {
          boolean comes =
              registry.isPresent()
                  && !registry.get().isComplete()
                  && registry.get().createdAt().plus(YOUNG).isAfter(clock.instant());
          if (comes && pauses > 0) {
            return pause().chain(() -> registry(name, pauses - 1, found));
          }
          found.add(name, registry);
          return Uni.createFrom().voidItem();
        });
  }

  /** A timer of Vert.x, so that what follows is on the same context. */
  private Uni<Void> pause() {
    return Uni.createFrom()
        .emitter(emitter -> vertx.setTimer(PAUSE.toMillis(), ignored -> emitter.complete(null)));
  }

  private static Map<Registry, List<String>> byRegistry(
      List<Request> requests, RequestedTasks found) {
    Map<Registry, List<String>> keys = new HashMap<>();
    for (Request request : requests) {
      found
          .find(request.requested())
          .ifPresent(registry ->
              keys.computeIfAbsent(registry, it -> new ArrayList<>()).add(request.key()));
    }
    return keys;
  }

  private Uni<Void> known(Map.Entry<Registry, List<String>> asked, RequestedTasks found) {
    Registry registry = asked.getKey();
    return scheduleRun
        .known(registry.uid(), asked.getValue())
        .invoke(known -> known.forEach((key, run) -> found.accepted(registry, key, run)))
        .replaceWithVoid();
  }

  private Uni<Void> tasks(List<Request> requests, RequestedTasks found) {
    record Named(Registry registry, String task) {}
    Set<Named> named = new HashSet<>();
    for (Request request : requests) {
      String task = request.requested().task();
      Optional<Registry> registry = found.find(request.requested());
      if (task != null && registry.isPresent() && !found.isAccepted(request)) {
        named.add(new Named(registry.get(), task));
      }
    }
    return InTurn.each(
        named,
        one ->
            tasks
                .find(one.registry(), one.task())
                .invoke(task -> found.add(one.registry(), one.task(), task))
                .replaceWithVoid());
  }
}
