package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.EventType;
import io.slipway.contract.Topics;
import io.slipway.e2e.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** F14, F19, F20: records that are poison, come twice or late, or are gone with their topics. */
@Tag("faults")
@Order(23)
class RecordsIT {
  private static final Stage STAGE = Stage.shared();
  private static final Duration SET_ASIDE = Duration.ofMinutes(2);
  private static final String QUEUE = Topics.runQueue("default");
  private static final int BIG = 900_000;

  @Test
  void shouldSetPoisonAsideAndGoOn() throws Exception {
    List<String> topics = List.of(Topics.RUN_REQUESTS, Topics.RUN_EVENTS, Topics.RUN_LOGS, QUEUE);
    Map<String, Long> before =
        topics.stream().collect(Collectors.toMap(topic -> topic, RecordsIT::dead));

    new Trial(STAGE, "poison on every topic")
        .of(() -> {
          try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (String topic : topics) {
              for (byte[] value : poison()) {
                producer.send(poisoned(topic, value)).get();
                producer.send(new ProducerRecord<>(topic, value)).get();
              }
            }
          }
        });

    Platform.await(
        "poison of each topic is among its dead letters",
        SET_ASIDE,
        () -> topics.stream().allMatch(topic -> dead(topic) > before.get(topic)));
  }

  /** All that was ever said of runs is said again in any order, while others are running. */
  @Test
  void shouldIgnoreEventsThatComeAgainInAnyOrder() throws Exception {
    new Trial(STAGE, "all events again in any order")
        .of(() -> {
          List<ConsumerRecord<byte[], byte[]>> events = new ArrayList<>(all(Topics.RUN_EVENTS));
          Collections.shuffle(events, STAGE.random());
          try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (ConsumerRecord<byte[], byte[]> event : events) {
              producer.send(
                  new ProducerRecord<>(
                      event.topic(), null, event.key(), event.value(), event.headers()));
            }
          }
          assertThat(events).isNotEmpty();
        });
  }

  /**
   * What only Kafka has (logs, ends that nobody has read) is not in the ledger to be republished.
   */
  @Test
  void shouldRepublishWhatADeletedQueueHeld() throws Exception {
    new Trial(STAGE, "queue, requests and beats deleted")
        .withoutEvents()
        .of(() -> {
          try (Admin admin = Admin.create(kafka())) {
            admin
                .deleteTopics(List.of(QUEUE, Topics.RUN_REQUESTS, Topics.LEDGER_BEATS))
                .all()
                .get();
          }
        });
  }

  private static List<byte[]> poison() {
    byte[] noise = new byte[BIG];
    STAGE.random().nextBytes(noise);
    return List.of(bytes("{\"run\": "), bytes("[]"), bytes("null"), new byte[0], noise);
  }

  /** Says of itself that it is what belongs on the topic. */
  private static ProducerRecord<byte[], byte[]> poisoned(String topic, byte[] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, bytes(UUID.randomUUID().toString()), value);
    EventType type =
        Map.of(
                Topics.RUN_REQUESTS,
                EventType.RUN_REQUESTED,
                Topics.RUN_EVENTS,
                EventType.RUN_COMPLETED,
                Topics.RUN_LOGS,
                EventType.LOG_APPENDED,
                QUEUE,
                EventType.RUN_QUEUED)
            .get(topic);
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", UUID.randomUUID().toString(),
            "ce_source", "/faults",
            "ce_type", type.type(),
            "content-type", "application/json")
        .forEach((name, text) -> record.headers().add(name, bytes(text)));
    return record;
  }

  /** Records in the dead letters of a topic. */
  private static long dead(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      String dead = Topics.dead(topic);
      return consumer.listTopics().containsKey(dead)
          ? consumer.endOffsets(partitions(consumer, dead)).values().stream()
              .mapToLong(Long::longValue)
              .sum()
          : 0;
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer()) {
      List<TopicPartition> partitions = partitions(consumer, topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Platform.await(
          topic + " is read",
          SET_ASIDE,
          () -> {
            consumer.poll(Duration.ofMillis(500)).forEach(records::add);
            return partitions.stream().allMatch(one -> consumer.position(one) >= ends.get(one));
          });
    }
    return records;
  }

  private static List<TopicPartition> partitions(
      KafkaConsumer<byte[], byte[]> consumer, String topic) {
    return consumer.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }

  private static KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(kafka(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(kafka(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Somebody who may write everything, which none of the parts may. */
  private static Map<String, Object> kafka() {
    return STAGE.platform().kafka("admin");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
