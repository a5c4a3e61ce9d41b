package io.slipway.taskapi.event;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Which partitions of a topic have a batch that is being handled, how far the others are, and which
 * of them may be handled together. One thread begins and collects; {@link #end} is called by
 * whichever thread finished a batch.
 */
final class PartitionsUnderWay {
  private final long quick;
  private final Map<Integer, Batch> underWay = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final Map<Integer, Long> handled = new HashMap<>();
  private final Set<Integer> alone = new HashSet<>();

  /**
   * @param quick a partition whose batch took longer is handled for itself until one has not
   */
  PartitionsUnderWay(Duration quick) {
    this.quick = quick.toNanos();
  }

  /**
   * A batch of one partition.
   *
   * @param next offset after its last record
   * @param since when it began, in nanoseconds
   */
  record Batch(int partition, long next, long since) {}

  private record Ended(Batch batch, long at) {}

  /** A batch begins. */
  Batch begin(int partition, long next, long now) {
    Batch batch = new Batch(partition, next, now);
    underWay.put(partition, batch);
    return batch;
  }

  /** All records of the batch were handled. */
  void end(Batch batch, long now) {
    ended.add(new Ended(batch, now));
  }

  /** All records of a partition before this offset were handled, together with others. */
  void handled(int partition, long next) {
    handled.put(partition, next);
  }

  /** Partitions whose batch has ended since the last call; those forgotten meanwhile are not. */
  Set<Integer> collect() {
    Set<Integer> free = new TreeSet<>();
    for (Ended one = ended.poll(); one != null; one = ended.poll()) {
      Batch batch = one.batch();
      if (underWay.remove(batch.partition(), batch)) {
        handled.put(batch.partition(), batch.next());
        free.add(batch.partition());
        if (one.at() - batch.since() <= quick) {
          alone.remove(batch.partition());
        } else {
          alone.add(batch.partition());
        }
      }
    }
    return free;
  }

  /** Whether a partition may be handled together with others. */
  boolean mayJoin(int partition) {
    return !alone.contains(partition);
  }

  /** Offsets up to which all was handled, for each partition that moved since the last call. */
  Map<Integer, Long> takeHandled() {
    Map<Integer, Long> taken = Map.copyOf(handled);
    handled.clear();
    return taken;
  }

  /**
   * Takes back what {@link #takeHandled} gave, because it was not committed. What has moved on
   * since stays as it is.
   */
  void giveBack(Map<Integer, Long> taken) {
    taken.forEach((partition, next) -> handled.merge(partition, next, Math::max));
  }

  /** Whether {@link #takeHandled} has something to give. */
  boolean hasHandled() {
    return !handled.isEmpty();
  }

  /** Whether any batch is under way. */
  boolean isBusy() {
    return !underWay.isEmpty();
  }

  /** Whether one of these partitions has a batch under way. */
  boolean isBusy(Collection<Integer> partitions) {
    return partitions.stream().anyMatch(underWay::containsKey);
  }

  /** Somebody else owns these partitions now; what is under way for them counts no longer. */
  void forget(Collection<Integer> partitions) {
    partitions.forEach(underWay::remove);
    partitions.forEach(handled::remove);
    partitions.forEach(alone::remove);
  }

  /** Nothing is owned any longer. */
  void forgetAll() {
    underWay.clear();
    handled.clear();
    alone.clear();
  }

  /** A batch that has been under way for longer than this, or empty. */
  Optional<Batch> stuck(Duration limit, long now) {
    return underWay.values().stream()
        .filter(batch -> now - batch.since() > limit.toNanos())
        .findAny();
  }
}
