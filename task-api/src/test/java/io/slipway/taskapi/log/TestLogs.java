package io.slipway.taskapi.log;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.store.TestLedger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/** The storing half of logs, for tests of other packages. */
public final class TestLogs {
  private final LogWatch watch;
  private final LogStore store;
  private final AppendLogs append;

  /**
   * @param watch wakes who follows a log; another one than the readers' for another instance
   */
  public TestLogs(TestLedger ledger, LogWatch watch, RunMetrics metrics) {
    this.watch = watch;
    this.store = newStore();
    this.append = new AppendLogs(ledger.transactions(), store, watch, metrics);
  }

  /** The store alone. */
  public static LogStore newStore() {
    return new LogStore(new LogRows(), new SealedLogs(), InstantSource.system());
  }

  public LogStore store() {
    return store;
  }

  public LogWatch watch() {
    return watch;
  }

  /** Stores a piece, as if it had come from Kafka. */
  public void append(UUID run, long offset, String text) {
    RunRef ref = new RunRef(run, "aa1", "reg", null, 1);
    EventAttributes attributes =
        new EventAttributes(
            UUID.randomUUID(), "/x", EventType.LOG_APPENDED.type(), "", Instant.EPOCH, 1, 0, null);
    append
        .append(List.of(new Received(attributes, new LogAppended(ref, offset, text))))
        .await()
        .indefinitely();
  }
}
