package io.slipway.taskapi.event;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** What Kafka says of topics and of who reads them. */
final class TestTopics {
  private final Map<String, Object> client;
  private final String prefix;

  TestTopics(Map<String, Object> client, String prefix) {
    this.client = client;
    this.prefix = prefix;
  }

  /** How far a partition was handled, as the group has said. */
  long committed(String topic, int partition) {
    try (Admin admin = Admin.create(client)) {
      OffsetAndMetadata offset =
          admin
              .listConsumerGroupOffsets(TopicReaders.group(prefix, topic))
              .partitionsToOffsetAndMetadata()
              .get()
              .get(new TopicPartition(prefix + topic, partition));
      return offset == null ? 0 : offset.offset();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** How many partitions of the topic the members of its group have. */
  int partitionsOfMembers(String topic) {
    try (Admin admin = Admin.create(client)) {
      return admin
          .describeConsumerGroups(List.of(TopicReaders.group(prefix, topic)))
          .all()
          .get()
          .get(TopicReaders.group(prefix, topic))
          .members()
          .stream()
          .flatMap(member -> member.assignment().topicPartitions().stream())
          .filter(one -> one.topic().equals(prefix + topic))
          .toList()
          .size();
    } catch (ExecutionException notYet) {
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  /** The offset after the last record of partition 0. */
  long size(String topic) {
    try (Admin admin = Admin.create(client)) {
      TopicPartition partition = new TopicPartition(prefix + topic, 0);
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (Exception failed) {
      throw new IllegalStateException(failed);
    }
  }
}
