package io.slipway.taskapi.log.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Puts the pieces of a log together by their offsets: a piece that is there already is dropped, one
 * that overlaps is cut, one that comes too early waits until the gap before it is filled. It has no
 * state but its own.
 */
public final class LogAssembly {
  private static final int LARGEST_JOINED = 256 * 1024;

  private long length;
  private final TreeMap<Long, Long> beyond;

  /**
   * @param length bytes from the start without a gap
   * @param beyond pieces after a gap, start to end
   */
  public LogAssembly(long length, Map<Long, Long> beyond) {
    this.length = length;
    this.beyond = new TreeMap<>(beyond);
  }

  /** A piece as it is to be stored. */
  public record Piece(long start, byte[] content) {}

  /** Bytes from the start without a gap. */
  public long length() {
    return length;
  }

  /** Whether pieces wait behind a gap. */
  public boolean hasGaps() {
    return !beyond.isEmpty();
  }

  /**
   * The pieces, with those that follow on each other made one, up to a size that is read at once.
   */
  public static List<Piece> joined(List<Piece> pieces) {
    List<Piece> joined = new ArrayList<>();
    for (Piece piece : pieces) {
      Piece last = joined.isEmpty() ? null : joined.getLast();
      if (last != null
          && last.start() + last.content().length == piece.start()
          && last.content().length + piece.content().length <= LARGEST_JOINED) {
        byte[] both = Arrays.copyOf(last.content(), last.content().length + piece.content().length);
        System.arraycopy(piece.content(), 0, both, last.content().length, piece.content().length);
        joined.set(joined.size() - 1, new Piece(last.start(), both));
      } else {
        joined.add(piece);
      }
    }
    return joined;
  }

  /** What is to be stored of a piece; empty if all of it is there. */
  public Optional<Piece> add(long offset, byte[] content) {
    long end = offset + content.length;
    if (end <= length) {
      return Optional.empty();
    }
    long start = Math.max(offset, length);
    if (overlapsBeyond(start, end)) {
      return Optional.empty();
    }
    byte[] rest =
        start == offset
            ? content
            : Arrays.copyOfRange(content, (int) (start - offset), content.length);
    if (start == length) {
      length = end;
      closeGaps();
    } else {
      beyond.put(start, end);
    }
    return Optional.of(new Piece(start, rest));
  }

  private boolean overlapsBeyond(long start, long end) {
    Map.Entry<Long, Long> before = beyond.lowerEntry(end);
    return before != null && before.getValue() > start;
  }

  private void closeGaps() {
    Long next = beyond.remove(length);
    while (next != null) {
      length = next;
      next = beyond.remove(length);
    }
  }
}
