package io.slipway.taskapi.event;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * When Kafka is told how far a topic was read: every now and then while records come, at once when
 * none do. The rest of the platform waits for that before it takes a run for lost or a log for
 * complete. Of the reader's thread alone; times are nanoseconds of a clock that never goes back.
 */
final class OffsetCommits {
  private static final Duration EVERY = Duration.ofMillis(300);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  private final PartitionsUnderWay partitions;
  private long committedAt;
  private int assignment;

  OffsetCommits(PartitionsUnderWay partitions, long now) {
    this.partitions = partitions;
    this.committedAt = now;
  }

  /**
   * Something to commit.
   *
   * @param offsets up to which all was handled, by partition
   * @param assignment of partitions to this reader at that time
   */
  record Commit(Map<Integer, Long> offsets, int assignment) {}

  /** What is to be committed while records come; empty if it may wait. */
  Optional<Commit> whileRecordsCome(long now) {
    return after(EVERY, now);
  }

  /** What is to be committed when no record has come for a moment. */
  Optional<Commit> whenNoneCome(long now) {
    return after(Duration.ZERO, now);
  }

  private Optional<Commit> after(Duration wait, long now) {
    if (!partitions.hasHandled() || now - committedAt < wait.toNanos()) {
      return Optional.empty();
    }
    committedAt = now;
    return Optional.of(new Commit(partitions.takeHandled(), assignment));
  }

  /**
   * Says that Kafka did not take it. No record may come any more, and who asks how far the topic
   * was read would wait for ever, so it is tried again; but not after another assignment, for then
   * the partitions may be somebody else's.
   */
  void failed(Commit commit, long now) {
    if (commit.assignment() == assignment) {
      partitions.giveBack(commit.offsets());
      committedAt = now + AFTER_A_FAILURE.toNanos();
    }
  }

  /** Partitions were taken away. */
  void reassigned() {
    assignment++;
  }
}
