package io.slipway.taskapi.event;

import io.quarkus.logging.Log;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Says to Kafka how far a topic was read: every now and then while records come, at once when none
 * do. The rest of the platform waits for that before it takes a run for lost or a log for complete.
 * Of the reader's thread alone.
 */
final class OffsetCommits {
  private static final Duration EVERY = Duration.ofMillis(300);
  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

  private final String topic;
  private final String fullName;
  private final PartitionsUnderWay partitions;
  private long committedAt = System.nanoTime();
  private int assignments;

  OffsetCommits(String topic, String fullName, PartitionsUnderWay partitions) {
    this.topic = topic;
    this.fullName = fullName;
    this.partitions = partitions;
  }

  /** Commits what was handled if it has waited long enough. */
  void commitDue(Consumer<String, byte[]> consumer) {
    commitAfter(consumer, EVERY);
  }

  /** Commits what was handled: no record has come for a moment. */
  void commitNow(Consumer<String, byte[]> consumer) {
    commitAfter(consumer, Duration.ZERO);
  }

  private void commitAfter(Consumer<String, byte[]> consumer, Duration wait) {
    long now = System.nanoTime();
    if (!partitions.hasHandled() || now - committedAt < wait.toNanos()) {
      return;
    }
    committedAt = now;
    Map<Integer, Long> handled = partitions.takeHandled();
    int as = assignments;
    consumer.commitAsync(
        offsets(handled),
        (offsets, failure) -> {
          if (failure != null) {
            Log.warnf("Offsets of %s were not committed: %s", topic, failure.toString());
            // No record may come any more, and who asks how far the topic was read would wait
            // for ever. After another assignment they may be somebody else's.
            if (as == assignments) {
              partitions.giveBack(handled);
              committedAt = System.nanoTime() + AFTER_A_FAILURE.toNanos();
            }
          }
        });
  }

  /** Commits what was handled before partitions are given away. */
  void commitLast(Consumer<String, byte[]> consumer, Duration limit) {
    if (partitions.hasHandled()) {
      Map<TopicPartition, OffsetAndMetadata> offsets = offsets(partitions.takeHandled());
      try {
        consumer.commitSync(offsets, limit);
      } catch (WakeupException woken) {
        consumer.commitSync(offsets, limit);
      }
    }
  }

  /** Partitions were taken away: what was handled of them is no longer this reader's to say. */
  void reassigned() {
    assignments++;
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> handled) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    handled.forEach((number, next) ->
        offsets.put(new TopicPartition(fullName, number), new OffsetAndMetadata(next)));
    return offsets;
  }
}
