package io.slipway.agent.event;

import io.slipway.agent.config.AgentConfig;
import java.util.Map;

/** The watch of the ledger's beats, for tests of what it is used for. */
public final class TestWatch {

  private TestWatch() {}

  /** One that has seen nothing: Kafka does not answer. */
  public static LedgerWatch blind(AgentConfig config) {
    return new LedgerWatch(Map.of("bootstrap.servers", "127.0.0.1:1"), config);
  }
}
