package io.slipway.taskapi.baseimage;

import io.slipway.taskapi.baseimage.WatchedImages.Name;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Base images that a task would change by its own runs, over the tasks that those start: they would
 * never come to rest. Pure.
 */
final class FindCircles {
  private FindCircles() {}

  /**
   * A task that is started by what another one builds.
   *
   * @param from the other one
   * @param to the task
   * @param task its name
   * @param registryUid its registry
   */
  record Edge(UUID from, UUID to, String task, UUID registryUid) {}

  /** Image that a task builds. */
  record Built(UUID by, Name image) {}

  /**
   * What is to be said of each image that goes in a circle.
   *
   * @param task whose images they are
   * @param registryUid its registry; tasks of others are not named
   * @param edges what follows from it
   * @param built which of its images are built by whom
   */
  static Map<Name, String> of(UUID task, UUID registryUid, List<Edge> edges, List<Built> built) {
    Map<UUID, List<Edge>> from = edges.stream().collect(Collectors.groupingBy(Edge::from));
    Map<UUID, Edge> cameBy = new HashMap<>();
    Queue<UUID> next = new ArrayDeque<>(List.of(task));
    for (UUID at = next.poll(); at != null; at = next.poll()) {
      for (Edge edge : from.getOrDefault(at, List.of())) {
        if (!edge.to().equals(task) && !cameBy.containsKey(edge.to())) {
          cameBy.put(edge.to(), edge);
          next.add(edge.to());
        }
      }
    }
    Map<Name, String> circles = new LinkedHashMap<>();
    for (Built one : built) {
      if (cameBy.containsKey(one.by())) {
        circles.putIfAbsent(
            one.image(),
            "%s goes in a circle, so its changes start no run: this task -> %s -> this task."
                .formatted(one.image(), way(registryUid, one.by(), cameBy)));
      }
    }
    return circles;
  }

  private static String way(UUID registryUid, UUID last, Map<UUID, Edge> cameBy) {
    List<String> names = new ArrayList<>();
    @Nullable Edge edge = cameBy.get(last);
    while (edge != null) {
      boolean own = Objects.equals(edge.registryUid(), registryUid);
      names.add(own ? "task '" + edge.task() + "'" : "a task of another registry");
      edge = cameBy.get(edge.from());
    }
    Collections.reverse(names);
    return String.join(" -> ", names);
  }
}
