package io.slipway.agent.intake;

import io.slipway.agent.config.AgentConfig;
import io.slipway.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jboss.logging.Logger;

/**
 * The agent's members of the pool's share group, one for each size of a batch: a consumer cannot be
 * told at a poll how many records it may have, and one that is polled for more than there are free
 * slots keeps them from the other agents. For one thread.
 */
final class QueueConsumers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(QueueConsumers.class);
  private static final int[] SIZES = {1, 4, 16, 64};

  /**
   * Not shorter than {@code fetch.max.wait.ms}: a poll that gives up earlier leaves records
   * acquired by this agent that nobody looks at.
   */
  private static final Duration POLL = Duration.ofSeconds(1);

  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final List<Member> members;

  /**
   * The consumer that was polled last. A poll that brings nothing leaves a question at Kafka, whose
   * answer only this consumer gets; so it is polled until it brings something, and another one is
   * chosen only then.
   */
  private Member current;

  private boolean waiting;

  private record Member(int size, KafkaShareConsumer<String, byte[]> consumer) {}

  QueueConsumers(Map<String, Object> kafka, AgentConfig config, int slots) {
    String prefix = config.kafka().topicPrefix().orElse("");
    String pool = config.agent().pool();
    List<Member> joined = new ArrayList<>();
    sizes(slots)
        .forEach(size ->
            joined.add(new Member(size, join(kafka, prefix + Topics.agentGroup(pool), size))));
    joined.forEach(member -> member.consumer().subscribe(List.of(prefix + Topics.runQueue(pool))));
    this.members = List.copyOf(joined);
    this.current = members.getFirst();
  }

  /** Sizes of batches for that many slots, ascending. */
  static IntStream sizes(int slots) {
    return IntStream.of(SIZES).map(size -> Math.min(size, slots)).distinct();
  }

  /**
   * Waits up to a second for records.
   *
   * @param free how many the agent can begin, at least 1; may have grown, not shrunk, since the
   *     last poll that brought nothing
   */
  List<ConsumerRecord<String, byte[]>> poll(int free) {
    if (!waiting) {
      choose(free);
    }
    waiting = true;
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    current.consumer().poll(POLL).forEach(records::add);
    waiting = records.isEmpty();
    return records;
  }

  private void choose(int free) {
    Member before = current;
    for (Member member : members) {
      if (member.size() <= free) {
        current = member;
      }
    }
    if (current != before) {
      // Its next poll would send the acknowledgements with the next question; it gets none now.
      before.consumer().commitAsync();
    }
  }

  /** Acknowledges all records of the last poll; that is sent with the next one, or by a flush. */
  void acknowledge(List<ConsumerRecord<String, byte[]>> records, List<AcknowledgeType> types) {
    for (int i = 0; i < records.size(); i++) {
      current.consumer().acknowledge(records.get(i), types.get(i));
    }
  }

  /** Sends the acknowledgements that wait for the next poll: there is none soon. */
  void flush() {
    current.consumer().commitAsync();
  }

  private static KafkaShareConsumer<String, byte[]> join(
      Map<String, Object> kafka, String group, int size) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.putAll(
        Map.of(
            "group.id",
            group,
            "share.acknowledgement.mode",
            "explicit",
            "share.acquire.mode",
            "record_limit",
            // Those for few slots are not polled while the agent has little to do, and to join
            // again takes seconds; one that is gone is missed by its heartbeats.
            "max.poll.interval.ms",
            "" + Integer.MAX_VALUE,
            "max.poll.records",
            "" + size));
    KafkaShareConsumer<String, byte[]> consumer =
        new KafkaShareConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer());
    consumer.setAcknowledgementCommitCallback((offsets, failed) -> {
      if (failed != null) {
        LOG.infof("acknowledgement lost, the claim decides: %s", failed.getMessage());
      }
    });
    return consumer;
  }

  /** Leaves the group; records that were polled and not acknowledged go to other agents. */
  @Override
  public void close() {
    for (Member member : members) {
      try {
        member.consumer().close(CLOSING);
      } catch (RuntimeException left) {
        LOG.warnf("leaving the queue: %s", left.getMessage());
      }
    }
  }
}
