package io.slipway.taskapi.event;

import io.smallrye.mutiny.Uni;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is done with the records of a topic. It must be repeatable. */
@FunctionalInterface
public interface RecordWork {

  /** Handles records of one partition, in their order; is repeated until it succeeds. */
  Uni<Void> handle(List<ConsumerRecord<String, byte[]>> records);

  /**
   * Tries to handle records of several partitions together, those of each in their order. If it
   * fails or takes long, each partition is handled for itself, perhaps before this has ended.
   */
  default Uni<Void> handleTogether(List<ConsumerRecord<String, byte[]>> records) {
    return handle(records);
  }
}
