package io.slipway.taskapi.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Until when a topic has been read: all that Kafka acknowledged before that time was handled. It
 * follows from the ends of the partitions at some time, and from the offsets handled later.
 */
public final class ReadMark {
  private Instant readUntil = Instant.MIN;
  private @Nullable Mark next;

  /** Ends of the partitions at a time. */
  private record Mark(Instant at, Map<Integer, Long> ends) {
    boolean isPassed(Map<Integer, Long> handled) {
      return ends.entrySet().stream()
          .allMatch(end -> handled.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }
  }

  /**
   * Another look at the topic.
   *
   * @param handled offsets that were handled, looked at after {@code ends} of the call before
   * @param at a time before {@code ends} was asked for
   * @param ends ends of the partitions
   * @return until when the topic has been read
   */
  public Instant look(Map<Integer, Long> handled, Instant at, Map<Integer, Long> ends) {
    Mark mark = next;
    if (mark != null && mark.isPassed(handled)) {
      readUntil = mark.at();
      mark = null;
    }
    next = mark == null ? new Mark(at, Map.copyOf(ends)) : mark;
    return readUntil;
  }
}
