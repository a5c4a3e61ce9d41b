package io.slipway.registry.store;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Names in order, kept in memory until something changes in their folder: a page costs what it
 * holds, not what the repository holds.
 */
public final class Lists {
  private static final int MOST_NAMES = 1_000_000;
  private static final int MOST_GONE = 10_000;

  private final Map<Key, List<Entry>> known = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Path, Instant> gone = new LinkedHashMap<>();
  private final AtomicLongArray changes = new AtomicLongArray(4096);
  private long names;

  /** In which order a list is. */
  public enum Order {
    NAME(Comparator.comparing(Entry::name)),
    TIME_ASC(Comparator.comparing(Entry::time).thenComparing(Entry::name)),
    TIME_DESC(Comparator.comparing(Entry::time).reversed().thenComparing(Entry::name));

    private final Comparator<Entry> comparator;

    Order(Comparator<Entry> comparator) {
      this.comparator = comparator;
    }
  }

  /**
   * A name with the time that it is sorted by; any time in the order of names.
   *
   * @param name a tag, digest or repository
   * @param time when it last changed
   */
  record Entry(String name, Instant time) {}

  /**
   * A part of a list.
   *
   * @param names in order
   * @param more whether others follow
   */
  public record Page(List<String> names, boolean more) {}

  private record Key(Path folder, Order order) {}

  /** Reads all entries of a folder. */
  @FunctionalInterface
  interface Source {
    List<Entry> read() throws IOException;
  }

  /** All of a list. */
  List<Entry> all(Path folder, Order order, Source source) throws IOException {
    Key key = new Key(folder, order);
    synchronized (this) {
      List<Entry> list = known.get(key);
      if (list != null) {
        return list;
      }
    }
    long before = changes.get(slot(folder));
    List<Entry> list = source.read().stream().sorted(order.comparator).toList();
    keep(key, list, before);
    return list;
  }

  /** When an item last changed; empty if there is none. */
  @FunctionalInterface
  interface Time {
    Optional<Instant> of(String name) throws IOException;
  }

  /** Whether an item is shown. */
  @FunctionalInterface
  interface Filter {
    boolean shows(String name) throws IOException;
  }

  /** A page of what a folder has. */
  Page page(
      Path folder,
      Order order,
      Optional<String> last,
      int most,
      Time time,
      Repository.Work<List<String>> source,
      Filter filter)
      throws IOException {
    Time sorted = order == Order.NAME ? name -> Optional.of(Instant.EPOCH) : time;
    Source entries =
        () -> {
          List<Entry> read = new ArrayList<>();
          for (String item : source.run()) {
            Optional<Instant> at = sorted.of(item);
            if (at.isPresent() && filter.shows(item)) {
              read.add(new Entry(item, at.get()));
            }
          }
          return read;
        };
    Optional<Entry> from = Optional.empty();
    if (last.isPresent()) {
      from = sorted.of(last.get()).map(at -> new Entry(last.get(), at));
    }
    return after(all(folder, order, entries), order, from, most);
  }

  /** What follows an entry, whether that is still there or not. */
  static Page after(List<Entry> all, Order order, Optional<Entry> last, int most) {
    int found =
        last.map(entry -> Collections.binarySearch(all, entry, order.comparator)).orElse(-1);
    int from = found >= 0 ? found + 1 : -found - 1;
    int to = (int) Math.min(all.size(), (long) from + most);
    return new Page(all.subList(from, to).stream().map(Entry::name).toList(), to < all.size());
  }

  private synchronized void keep(Key key, List<Entry> list, long before) {
    if (list.size() > MOST_NAMES || changes.get(slot(key.folder())) != before) {
      return;
    }
    List<Entry> old = known.put(key, list);
    names += list.size() - (old == null ? 0 : old.size());
    for (Iterator<List<Entry>> eldest = known.values().iterator(); names > MOST_NAMES; ) {
      names -= eldest.next().size();
      eldest.remove();
    }
  }

  /** Something has changed there. */
  synchronized void changed(Path folder) {
    changes.incrementAndGet(slot(folder));
    for (Order order : Order.values()) {
      List<Entry> old = known.remove(new Key(folder, order));
      names -= old == null ? 0 : old.size();
    }
  }

  /** A registry is gone, with all below its folder. */
  synchronized void forget(Path registry) {
    for (int slot = 0; slot < changes.length(); slot++) {
      changes.incrementAndGet(slot);
    }
    known.keySet().removeIf(key -> key.folder().startsWith(registry));
    gone.keySet().removeIf(tag -> tag.startsWith(registry));
    names = known.values().stream().mapToLong(List::size).sum();
  }

  /** Remembers for a while where a tag was in the order of time, for who pages and deletes. */
  synchronized void gone(Path tag, Instant time) {
    gone.remove(tag);
    gone.put(tag, time);
    if (gone.size() > MOST_GONE) {
      gone.remove(gone.keySet().iterator().next());
    }
  }

  synchronized Optional<Instant> timeOfGone(Path tag) {
    return Optional.ofNullable(gone.get(tag));
  }

  private int slot(Path folder) {
    return Math.floorMod(folder.hashCode(), changes.length());
  }
}
