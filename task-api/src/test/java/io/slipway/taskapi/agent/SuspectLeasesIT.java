package io.slipway.taskapi.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.Topics;
import io.slipway.infra.TestInfra;
import io.slipway.taskapi.event.TestOffsets;
import io.slipway.taskapi.store.TestLedger;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is finished stays finished: ends that wait in Kafka are read before a lease is ended. */
class SuspectLeasesIT {
  private TestLedger ledger;
  private TestOffsets kafka;
  private SuspectLeases suspects;

  @BeforeEach
  void start() {
    TestInfra infra = TestInfra.shared();
    String prefix = "s" + UUID.randomUUID().toString().substring(0, 8) + ".";
    infra.createTopics(prefix);
    ledger = new TestLedger();
    kafka = new TestOffsets(infra.kafkaBootstrap(), prefix);
    suspects = new SuspectLeases(ledger.transactions(), kafka.offsets());
  }

  @AfterEach
  void stop() {
    kafka.close();
    ledger.close();
  }

  @Test
  void shouldReadAllEventsBeforeARunIsTakenForLost() {
    UUID run = expired();
    kafka.produce(Topics.RUN_EVENTS, 0, 3);
    kafka.produce(Topics.RUN_EVENTS, 2, 1);

    assertThat(look()).isEqualTo(SuspectLeases.Look.WAITING);
    kafka.handled(Topics.RUN_EVENTS, 0, 3);
    assertThat(look().ready()).as("an end may be in the other partition").isEmpty();
    kafka.handled(Topics.RUN_EVENTS, 2, 1);

    assertThat(look().ready()).containsExactly(run);
  }

  @Test
  void shouldNotWaitForEventsThatCameLater() {
    UUID run = expired();
    kafka.produce(Topics.RUN_EVENTS, 1, 2);
    assertThat(look().waiting()).isTrue();

    kafka.produce(Topics.RUN_EVENTS, 1, 5); // a busy topic is never read to its end
    kafka.handled(Topics.RUN_EVENTS, 1, 2);

    assertThat(look().ready()).containsExactly(run);
  }

  @Test
  void shouldJudgeALeaseByTheEventsAfterItsEnd() {
    UUID run = expired();
    kafka.produce(Topics.RUN_EVENTS, 1, 1);
    assertThat(look().waiting()).isTrue();
    UUID later = expired();
    kafka.produce(Topics.RUN_EVENTS, 1, 1); // may be the end of the later one

    kafka.handled(Topics.RUN_EVENTS, 1, 1);

    assertThat(look().ready()).containsExactly(run);
    assertThat(look().ready()).isEmpty();
    kafka.handled(Topics.RUN_EVENTS, 1, 2);
    assertThat(look().ready()).contains(later);
  }

  /** After a long time without this service: no offset was handled, and none ever will be. */
  @Test
  void shouldNotWaitForEventsThatKafkaHasDeleted() {
    UUID run = expired();
    kafka.produce(Topics.RUN_EVENTS, 0, 3);
    kafka.deleteAll(Topics.RUN_EVENTS, 0);

    assertThat(look().ready()).containsExactly(run);
  }

  @Test
  void shouldLeaveLeasesAloneThatLast() {
    ledger.run("Running", 10);
    ledger.run("Queued", 10);

    assertThat(look()).isEqualTo(SuspectLeases.Look.NOTHING);
  }

  private SuspectLeases.Look look() {
    return suspects.look().await().atMost(Duration.ofSeconds(30));
  }

  private UUID expired() {
    UUID run = ledger.run("Running", 10);
    ledger.change(
        "update run set lease_until = clock_timestamp() - interval '1 ms' where uid = '"
            + run
            + "'");
    return run;
  }
}
