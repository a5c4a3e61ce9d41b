package io.slipway.taskapi.run;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slipway.taskapi.cleanup.TestCleanups;
import io.slipway.taskapi.log.TestLogs;
import io.slipway.taskapi.metrics.TestMetrics;
import io.slipway.taskapi.outbox.TestMessages;
import io.slipway.taskapi.store.TestStore;
import io.slipway.taskapi.webhook.TestWebhooks;
import java.time.InstantSource;

/** What ends runs, for tests of other packages; nobody publishes what it writes. */
public final class TestEndRun {

  private TestEndRun() {}

  public static RunRepository runs() {
    return new RunRepository(new RunRows(TestStore.json()));
  }

  /** Writes events, and wakes nobody who would publish them. */
  public static RunAnnouncements announcements(InstantSource clock) {
    return new RunAnnouncements(
        TestMessages.messages(),
        TestMessages.outbox(clock),
        null,
        null,
        TestWebhooks.queue(),
        "s") {
      @Override
      public void nudge() {}

      @Override
      public void claimed(int runs) {}
    };
  }

  public static EndRun of(InstantSource clock) {
    return new EndRun(
        runs(),
        TestLogs.newStore(),
        TestCleanups.of(clock),
        announcements(clock),
        TestMetrics.of(new SimpleMeterRegistry()));
  }
}
