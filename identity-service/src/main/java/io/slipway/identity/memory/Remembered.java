package io.slipway.identity.memory;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What was found out as of a version, to be used again while that version holds. The least used go
 * when there are too many. Knows no clock: times are those of {@link System#nanoTime}. Safe for
 * many threads.
 */
public final class Remembered<K, V> {
  private final Map<K, Known<V>> entries;
  private final long longestNanos;

  private record Known<V>(String version, long since, V value) {}

  /**
   * Remembers nothing yet.
   *
   * @param most how many are remembered at once
   * @param longest how long one is remembered at most, though its version holds
   */
  public Remembered(int most, Duration longest) {
    this.longestNanos = longest.toNanos();
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Known<V>> eldest) {
            return size() > most;
          }
        };
  }

  /** What is known as of this version. */
  public Optional<V> find(K key, String version, long now) {
    synchronized (entries) {
      Known<V> known = entries.get(key);
      return known != null && holds(known, version, now)
          ? Optional.of(known.value())
          : Optional.empty();
    }
  }

  /** Takes in what was found out after the version was read. */
  public void keep(K key, String version, long now, V value) {
    synchronized (entries) {
      entries.put(key, new Known<>(version, now, value));
    }
  }

  /**
   * What is known as of this version, else what is made now; of those who ask at once one makes it.
   */
  V findOrKeep(K key, String version, long now, Supplier<V> make) {
    synchronized (entries) {
      Known<V> known = entries.get(key);
      if (known != null && holds(known, version, now)) {
        return known.value();
      }
      V made = make.get();
      entries.put(key, new Known<>(version, now, made));
      return made;
    }
  }

  /** Forgets a value, unless another one is remembered by now. */
  void forget(K key, V value) {
    synchronized (entries) {
      Known<V> known = entries.get(key);
      if (known != null && known.value() == value) {
        entries.remove(key);
      }
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }

  private boolean holds(Known<V> entry, String version, long now) {
    return entry.version().equals(version) && now - entry.since() < longestNanos;
  }
}
