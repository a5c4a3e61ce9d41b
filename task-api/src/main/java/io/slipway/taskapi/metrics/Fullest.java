package io.slipway.taskapi.metrics;

import io.slipway.taskapi.metrics.LedgerReading.Queue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which registries that wait are shown by their names: there may be many thousand. */
final class Fullest {
  private Fullest() {}

  /** The fullest ones in all pools together, and all others as one. */
  static List<Queue> of(List<Queue> queues, int most) {
    Map<String, Queue> registries = new TreeMap<>();
    queues.forEach(one -> registries.merge(one.registry(), one, Fullest::sum));
    List<Queue> sorted = new ArrayList<>(registries.values());
    sorted.sort(Comparator.comparingLong(Queue::waiting).reversed());
    List<Queue> shown = new ArrayList<>(sorted.subList(0, Math.min(most, sorted.size())));
    sorted.stream()
        .skip(most)
        .reduce(Fullest::sum)
        .map(rest -> new Queue(rest.pool(), BoundedLabel.OTHER, rest.waiting(), rest.since()))
        .ifPresent(shown::add);
    return shown;
  }

  /** Both queues as one, named as the first. */
  static Queue sum(Queue one, Queue other) {
    return new Queue(
        one.pool(),
        one.registry(),
        one.waiting() + other.waiting(),
        one.since().isBefore(other.since()) ? one.since() : other.since());
  }
}
