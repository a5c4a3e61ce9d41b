package io.slipway.taskapi.leader;

import io.slipway.taskapi.store.TestLedger;
import io.slipway.taskapi.store.TestStore;

/** The leader of a ledger that no service runs on. */
public final class TestLeader {

  private TestLeader() {}

  /** An instance that has just asked to lead, and does if no other one leads. */
  public static Leader of(TestStore store) {
    Leader leader = new Leader(store.transactions());
    TestStore.await(leader.lead());
    return leader;
  }

  /** An instance that leads once it is told to. */
  public static Leader of(TestLedger ledger) {
    return new Leader(ledger.transactions());
  }
}
