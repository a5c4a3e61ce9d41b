package io.slipway.contract;

/** Names of the Kafka topics; each may get a prefix so that two platforms can share a cluster. */
public final class Topics {
  /** {@link RunRequested} from whoever may ask for runs; key: registry. */
  public static final String RUN_REQUESTS = "run-requests";

  /** All that happens to runs; key: run uid. */
  public static final String RUN_EVENTS = "run-events";

  /** {@link LogAppended}; key: run uid. */
  public static final String RUN_LOGS = "run-logs";

  /** {@link LedgerBeat}, one each second; one partition; key: {@code ledger}. */
  public static final String LEDGER_BEATS = "ledger-beats";

  private Topics() {}

  /** {@link RunQueued} for the agents of a pool; one partition; key: run uid. */
  public static String runQueue(String pool) {
    return "run-queue." + pool;
  }

  /** Share group of the agents of a pool. */
  public static String agentGroup(String pool) {
    return "agents." + pool;
  }

  /** Where records go that cannot be read. */
  public static String dead(String topic) {
    return topic + ".dead";
  }
}
