package io.slipway.taskapi.event;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The topics that this service reads, each by one consumer of a group of its own. The partitions of
 * a topic are handled independently: one that is slow or waits does not stop the others.
 */
@ApplicationScoped
public class TopicReaders {
  private final Map<String, Object> client;
  private final String prefix;
  private final Duration session;
  private final ReadTopic readTopic;
  private final MeterRegistry meters;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<ReadTopic.Reader> readers = new CopyOnWriteArrayList<>();

  TopicReaders(
      @Identifier("default-kafka-broker") Map<String, Object> client,
      @ConfigProperty(name = "slipway.kafka.topic-prefix") Optional<String> prefix,
      @ConfigProperty(name = "slipway.kafka.session", defaultValue = "PT8S") Duration session,
      ReadTopic readTopic,
      MeterRegistry meters) {
    this.client = client;
    this.prefix = prefix.orElse("");
    this.session = session;
    this.readTopic = readTopic;
    this.meters = meters;
  }

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

  /**
   * Name of the consumer group that reads a topic.
   *
   * @param prefix the platform's, of topics and groups
   * @param topic name without it
   */
  public static String group(String prefix, String topic) {
    return prefix + "task-api." + topic;
  }

  /**
   * Reads a topic until this service stops.
   *
   * @param topic name without prefix
   * @param most records that one batch has at most
   * @param work what to do with the records
   */
  public void open(String topic, int most, RecordWork work) {
    ReadTopic.Reader reader =
        readTopic.reader(topic, prefix + topic, settings(topic, most), work, stopped);
    readers.add(reader);
    Gauge.builder("kafka.consumer.group.lag", reader::lag).tag("topic", topic).register(meters);
    reader.start();
  }

  /**
   * Topics that have not moved for this time although records wait, each with what is the matter.
   */
  public Map<String, String> stuck(Duration limit) {
    Map<String, String> stuck = new HashMap<>();
    readers.forEach(
        reader -> reader.stuck(limit).ifPresent(matter -> stuck.put(reader.topic(), matter)));
    return stuck;
  }

  /** Topics that nobody reads any more, although this service goes on. */
  public List<String> ended() {
    return readers.stream().filter(ReadTopic.Reader::isGone).map(ReadTopic.Reader::topic).toList();
  }

  /** While the database can still be asked: what is under way comes to its end. */
  void stop(@Observes ShutdownEvent stopping) {
    close();
  }

  @PreDestroy
  void close() {
    stopped.countDown();
    readers.forEach(ReadTopic.Reader::wakeUp);
    readers.forEach(ReadTopic.Reader::awaitEnd);
  }

  private Map<String, Object> settings(String topic, int most) {
    Map<String, Object> settings = new HashMap<>(client);
    settings.put("group.id", group(prefix, topic));
    settings.put("client.id", group("", topic));
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("allow.auto.create.topics", false);
    settings.put("max.poll.records", most);
    // The partitions of a consumer that was killed go to others after this time.
    settings.put("session.timeout.ms", (int) session.toMillis());
    settings.put("heartbeat.interval.ms", (int) session.toMillis() / 4);
    // Batches of large records of several topics must fit into the heap.
    settings.put("max.partition.fetch.bytes", 1 << 20);
    settings.put("fetch.max.bytes", 4 << 20);
    settings.put("reconnect.backoff.max.ms", 1000);
    return settings;
  }
}
