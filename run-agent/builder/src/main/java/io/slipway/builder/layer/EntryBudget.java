package io.slipway.builder.layer;

import io.slipway.builder.config.MalformedImageException;
import java.util.Map;

/** What entries may take of this process's memory, all of an archive or of an image together. */
public final class EntryBudget {
  /** What an entry without names takes. */
  private static final long EMPTY = 200;

  private final long most;
  private final String of;
  private long taken;

  /**
   * One.
   *
   * @param most bytes
   * @param of what it belongs to, for the error
   */
  public EntryBudget(long most, String of) {
    this.most = most;
    this.of = of;
  }

  /**
   * Counts an entry.
   *
   * @throws MalformedImageException if there is no room for it
   */
  public void add(LayerEntry entry) throws MalformedImageException {
    taken += EMPTY + entry.path().length() + entry.linkTarget().length();
    for (Map.Entry<String, String> each : entry.xattrs().entrySet()) {
      taken += each.getKey().length() + each.getValue().length();
    }
    if (taken > most) {
      throw new MalformedImageException(
          "The names and attributes of %s take more than %d MiB of memory"
              .formatted(of, most >> 20));
    }
  }
}
