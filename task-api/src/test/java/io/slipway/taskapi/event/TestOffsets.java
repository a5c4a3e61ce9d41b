package io.slipway.taskapi.event;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Topics that grow and are read as a test says, on the real Kafka. */
public final class TestOffsets implements AutoCloseable {
  private final Map<String, Object> client;
  private final String prefix;
  private final KafkaAdmin kafka;
  private final TopicOffsets offsets;

  public TestOffsets(String bootstrap, String prefix) {
    this.client = Map.of("bootstrap.servers", bootstrap);
    this.prefix = prefix;
    this.kafka = new KafkaAdmin(client);
    this.offsets = new TopicOffsets(kafka, Optional.of(prefix));
  }

  public TopicOffsets offsets() {
    return offsets;
  }

  /** Publishes so many records. */
  public void produce(String topic, int partition, int count) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        producer.send(new ProducerRecord<>(prefix + topic, partition, "k", new byte[1])).get();
      }
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Says that the group has handled a partition up to this offset. */
  public void handled(String topic, int partition, long offset) {
    try (Admin admin = Admin.create(client)) {
      admin
          .alterConsumerGroupOffsets(
              TopicReaders.group(prefix, topic),
              Map.of(new TopicPartition(prefix + topic, partition), new OffsetAndMetadata(offset)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Deletes all records of a partition, as Kafka does when they are old. */
  public void deleteAll(String topic, int partition) {
    try (Admin admin = Admin.create(client)) {
      admin
          .deleteRecords(
              Map.of(
                  new TopicPartition(prefix + topic, partition), RecordsToDelete.beforeOffset(-1)))
          .all()
          .get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  @Override
  public void close() {
    kafka.close();
  }
}
