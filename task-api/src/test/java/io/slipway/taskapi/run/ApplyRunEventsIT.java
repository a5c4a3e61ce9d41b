package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.ImageRef;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepStarted;
import io.slipway.taskapi.cleanup.TestCleanups;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.log.LogWatch;
import io.slipway.taskapi.metrics.TestMetrics;
import io.slipway.taskapi.store.TestLedger;
import io.slipway.taskapi.webhook.TestWebhooks;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches of events on the real PostgreSQL. */
class ApplyRunEventsIT {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private TestLedger ledger;
  private ApplyRunEvents apply;

  @BeforeEach
  void start() {
    ledger = new TestLedger();
    apply =
        new ApplyRunEvents(
            ledger.transactions(),
            new EventRows(ledger.json()),
            new RunImages(),
            TestCleanups.of(InstantSource.system()),
            TestWebhooks.queue(),
            TestMetrics.of(meters),
            new LogWatch(),
            InstantSource.system());
  }

  @AfterEach
  void stop() {
    ledger.close();
  }

  /** 20 specifications of 4 MB each are 80 MB and more on the heap, if they are read. */
  @Test
  void shouldApplyABatchWithoutReadingWhatTheRunsAreToDo() {
    List<UUID> runs = new ArrayList<>();
    List<Received> events = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      UUID run = ledger.startedRun(4_000_000);
      runs.add(run);
      events.add(step(run));
      events.add(end(run, List.of()));
    }
    long before = allocated();

    apply(events);

    assertThat(allocated() - before).isLessThan(40_000_000);
    assertThat(
            ledger.query(
                "select count(*) from run where status = 'Succeeded'"
                    + " and finished_at is not null and lease_until is null and agent is null"))
        .isEqualTo("20");
    assertThat(ledger.query("select count(*) from pending_cleanup")).isEqualTo("20");
    assertThat(ledger.query("select count(*) from open_log")).isEqualTo("20");
  }

  @Test
  void shouldMarkWhatHasBegun() {
    UUID run = ledger.startedRun(10);

    apply(List.of(step(run)));

    assertThat(ledger.query("select status || ' ' || agent || ' ' || last_sequence from run"))
        .isEqualTo("Running agent-a " + EventAttributes.sequence(1, 11));
  }

  @Test
  void shouldStoreWhatAnAgentSaysOfItsImagesWithoutHolesAndControlCharacters() {
    UUID run = ledger.startedRun(10);
    List<ImageRef> images = new ArrayList<>();
    images.add(new ImageRef("reg\u0000istry", "repo", "1", null));
    images.add(null);

    apply(List.of(end(run, images)));

    assertThat(ledger.query("select output_images::jsonb -> 0 ->> 'registry' from run"))
        .isEqualTo("registry");
    assertThat(ledger.query("select jsonb_array_length(output_images::jsonb) from run"))
        .isEqualTo("1");
  }

  @Test
  void shouldCountEventsOfRunsThatTheLedgerDoesNotHave() {
    apply(List.of(end(UUID.randomUUID(), List.of())));

    assertThat(
            meters
                .counter("slipway.events.of.unknown.runs", "type", EventType.RUN_COMPLETED.type())
                .count())
        .isEqualTo(1);
  }

  private void apply(List<Received> events) {
    apply.apply(events).await().indefinitely();
  }

  /** Bytes that the threads of this process have allocated so far. */
  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long sum = 0;
    for (long one : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, one);
    }
    return sum;
  }

  private static Received step(UUID run) {
    return received(new StepStarted(ref(run), "acb_step_0", StepKind.CMD, Instant.now()), 11);
  }

  private static Received end(UUID run, List<ImageRef> images) {
    return received(
        new RunCompleted(
            ref(run), RunOutcome.SUCCEEDED, null, Instant.now(), 10, images, List.of()),
        50);
  }

  private static RunRef ref(UUID run) {
    return new RunRef(run, "aa1", "reg", null, 1);
  }

  private static Received received(RunEvent event, int number) {
    return new Received(
        new EventAttributes(
            UUID.randomUUID(),
            "/x",
            EventType.of(event).type(),
            "",
            Instant.now(),
            1,
            EventAttributes.sequence(1, number),
            null),
        event);
  }
}
