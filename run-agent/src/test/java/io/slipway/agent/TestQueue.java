package io.slipway.agent;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.infra.KafkaTopics;
import io.slipway.infra.TestInfra;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** The topics of one platform in a real Kafka. */
public final class TestQueue implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  public final String bootstrap;
  public final String prefix = "a" + UUID.randomUUID() + ".";
  private final Map<String, Object> client;
  private final KafkaProducer<String, byte[]> producer;
  private final KafkaConsumer<String, byte[]> consumer;
  private volatile boolean beating;

  /** In the Kafka that all tests share. */
  public TestQueue() throws Exception {
    this(TestInfra.shared().kafkaBootstrap());
  }

  /** In a Kafka of its own. */
  public TestQueue(String bootstrap) throws Exception {
    this(Map.of("bootstrap.servers", bootstrap));
  }

  /** In a Kafka that wants a log-in; the client may do all. */
  public TestQueue(Map<String, Object> client) throws Exception {
    this.client = client;
    this.bootstrap = (String) client.get("bootstrap.servers");
    KafkaTopics.create(client, prefix, "default");
    try (Admin admin = Admin.create(client)) {
      admin
          .createTopics(List.of(new NewTopic(prefix + Topics.LEDGER_BEATS, 1, (short) 1)))
          .all()
          .get();
    } catch (ExecutionException there) {
      if (!(there.getCause() instanceof TopicExistsException)) {
        throw there;
      }
    }
    producer = new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer());
    consumer = new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Queues a run as task-api does. */
  public RunAttempt queue() throws Exception {
    RunAttempt run = new RunAttempt(UUID.randomUUID(), 1);
    queue(run);
    return run;
  }

  /** Queues an attempt of a run, as task-api does when it thinks that the queue has lost it. */
  public void queue(RunAttempt run) throws Exception {
    RunQueued queued =
        new RunQueued(
            new RunRef(run.runUid(), "ca1", "r", null, run.attempt()),
            "default",
            "linux",
            "amd64",
            Instant.EPOCH);
    write(TestAgent.JSON.writeValueAsBytes(queued), EventType.RUN_QUEUED.type());
  }

  /** Writes anything into the queue; type and value may be null. */
  public void write(byte @Nullable [] value, @Nullable String type) throws Exception {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(prefix + Topics.runQueue("default"), "key", value);
    if (type != null) {
      record.headers().add(EventAttributes.TYPE_HEADER, type.getBytes(StandardCharsets.UTF_8));
    }
    producer.send(record).get();
  }

  /** The ledger's beat, each half second from now on until {@link #silence}. */
  public void beat() {
    beating = true;
    Thread.ofVirtual()
        .start(() -> {
          while (beating) {
            producer.send(
                new ProducerRecord<>(prefix + Topics.LEDGER_BEATS, "ledger", new byte[] {'{'}));
            sleep(500);
          }
        });
  }

  public void silence() {
    beating = false;
  }

  /** All records of a topic so far. */
  public synchronized List<ConsumerRecord<String, byte[]>> read(String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(prefix + topic).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(Set.copyOf(partitions));
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
      consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }
    return records;
  }

  /** Types of the events of a run, in their order. */
  public List<String> events(RunAttempt run) {
    return read(Topics.RUN_EVENTS).stream()
        .filter(record -> record.key().equals(run.runUid().toString()))
        .map(record -> header(record, EventAttributes.TYPE_HEADER))
        .toList();
  }

  public static String header(ConsumerRecord<String, byte[]> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  /** Waits until something is so; fails after two minutes: many agents start side by side here. */
  public static void await(String what, BooleanSupplier so) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT + ": " + what);
      }
      sleep(50);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    silence();
    producer.close();
    synchronized (this) {
      consumer.close();
    }
  }
}
