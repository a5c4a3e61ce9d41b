package io.slipway.taskapi.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.Topics;
import io.slipway.infra.TestInfra;
import io.slipway.taskapi.event.TestPublisher;
import io.slipway.taskapi.store.StoppedBackends;
import io.slipway.taskapi.store.TestLedger;
import io.slipway.taskapi.support.Eventually;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What cannot be sent never holds up the rest: on a real Kafka and a real PostgreSQL. */
class OutboxRelayIT {
  private final TestInfra infra = TestInfra.shared();
  private final String prefix = infra.topicPrefix() + UUID.randomUUID() + ".";
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestLedger ledger;
  private TestPublisher publisher;
  private Outbox outbox;
  private OutboxRelay relay;

  @BeforeEach
  void start() {
    infra.createTopics(prefix);
    ledger = new TestLedger();
    publisher = new TestPublisher(infra.kafkaBootstrap(), prefix);
    outbox = new Outbox(ledger.json(), InstantSource.system());
    relay = relay();
  }

  @AfterEach
  void stop() {
    relay.stop();
    publisher.close();
    ledger.close();
  }

  private OutboxRelay relay() {
    return new OutboxRelay(
        outbox,
        publisher.publisher(),
        ledger.transactions(),
        meters,
        InstantSource.system(),
        ledger.vertx(),
        500,
        500,
        true);
  }

  @Test
  void shouldSetAsideWhatIsTooLargeAndSendTheRest() {
    append(message("a", "1"));
    append(message("big", "x".repeat(1_080_645)));
    append(message("big", "2"));
    append(message("b", "3"));

    relay.nudge();

    Eventually.equal("0", () -> ledger.query("select count(*) from outbox"));
    assertThat(sent()).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(
            ledger.query(
                "select key || ' ' || (reason like '%RecordTooLarge%') || ' '"
                    + " || (length(reason) < 600) from dead_outbox"))
        .isEqualTo("big true true");
    assertThat(meters.counter("slipway.dead", "source", "outbox").count()).isEqualTo(1);
  }

  @Test
  void shouldKeepTheOrderOfAKeyBehindARecordThatFails() {
    publisher.refuse("later");
    append(message("a", "first"));
    append(message("a", "later"));
    append(message("a", "last"));
    append(message("b", "other"));

    relay.nudge();

    Eventually.holds(() -> assertThat(sent()).contains("first", "other"));
    Eventually.equal("1", () -> ledger.query("select attempts from outbox where attempts > 0"));
    relay.nudge();
    append(message("b", "other 2"));
    relay.nudge();
    Eventually.holds(() -> assertThat(sent()).contains("other 2"));
    assertThat(sent()).doesNotContain("later", "last");

    publisher.refuse("nothing");
    ledger.change("update outbox set due_at = now() where due_at is not null");
    relay.nudge();

    Eventually.holds(() ->
        assertThat(sent().stream().filter(it -> !it.startsWith("other")))
            .containsExactly("first", "later", "last"));
  }

  @Test
  void shouldCountNothingAgainstARecordWhileNothingCanBeSent() {
    publisher.refuse("");
    for (int i = 0; i < 3; i++) {
      append(message("k" + i, "m" + i));
    }
    ledger.change("update outbox set attempts = 19");

    relay.nudge();
    Eventually.holds(() -> assertThat(publisher.refused()).isGreaterThanOrEqualTo(3));
    publisher.refuse("nothing");
    Eventually.holds(() -> {
      relay.nudge();
      assertThat(sent()).containsExactlyInAnyOrder("m0", "m1", "m2");
    });
    assertThat(ledger.query("select count(*) from dead_outbox")).isEqualTo("0");
  }

  @Test
  void shouldLeaveTheOutboxToTheRelayThatHoldsIt() throws Exception {
    append(message("a", "1"));
    try (Connection other = ledger.connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("select pg_advisory_xact_lock(hashtext('slipway.outbox'))");
      relay.nudge();
      append(message("a", "2"));
      relay.nudge();
      assertThat(sent()).isEmpty();
      other.rollback();
    }

    Eventually.holds(() -> {
      relay.nudge();
      assertThat(sent()).containsExactly("1", "2");
    });
  }

  @Test
  void shouldGoOnAfterACallThatNeverComesBack() {
    ledger.transactions().reading(outbox::hasDue).await().indefinitely(); // it has a connection
    try (StoppedBackends stopped = new StoppedBackends(ledger::query)) {
      relay.nudge();
      append(message("a", "1")); // on another connection

      Eventually.holds(() -> {
        relay.nudge();
        assertThat(sent()).containsExactly("1");
      });
    }
    Eventually.equal("0", () -> ledger.query("select count(*) from outbox"));
    assertThat(sent()).containsExactly("1");
  }

  @Test
  void shouldWaitLongerEachTimeAndNotForEver() {
    assertThat(SendResults.pause(0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(SendResults.pause(3)).isEqualTo(Duration.ofSeconds(8));
    assertThat(SendResults.pause(19)).isEqualTo(Duration.ofMinutes(1));
  }

  private void append(Outbox.Message message) {
    ledger
        .transactions()
        .in(connection -> outbox.append(connection, List.of(message)))
        .await()
        .indefinitely();
  }

  private static Outbox.Message message(String key, String text) {
    return new Outbox.Message(
        Topics.runQueue("default"),
        key,
        Map.of("ce_type", "test"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  /** All records of the topic, which has one partition. */
  private List<String> sent() {
    TopicPartition partition = new TopicPartition(prefix + Topics.runQueue("default"), 0);
    List<String> texts = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", infra.kafkaBootstrap()),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          texts.add(record.value());
        }
      }
    }
    return texts;
  }
}
