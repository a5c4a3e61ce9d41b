package io.slipway.e2e.faults;

import io.slipway.e2e.Api;
import io.slipway.e2e.Platform;
import io.slipway.e2e.Workshop;
import java.util.Random;

/** What all tests of faults share: the platform with its tasks, and all that watches it. */
final class Stage {
  private static Stage shared;

  private final Workshop workshop = Workshop.shared();
  private final LedgerRows ledger = new LedgerRows(workshop.platform());
  private final Parts parts = new Parts(workshop.platform());
  private final StepWatch steps = StepWatch.open();
  private final TerminalEvents ends = TerminalEvents.open(platform().kafka("event-reader"));
  private final long seed = Long.getLong("slipway.faults.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private Stage() {
    Tasks.make(workshop);
    System.out.println("faults: seed " + seed + " (again with -Dslipway.faults.seed=" + seed + ")");
  }

  static synchronized Stage shared() {
    if (shared == null) {
      shared = new Stage();
    }
    return shared;
  }

  Platform platform() {
    return workshop.platform();
  }

  Workshop workshop() {
    return workshop;
  }

  Api api() {
    return workshop.api();
  }

  LedgerRows ledger() {
    return ledger;
  }

  Parts parts() {
    return parts;
  }

  StepWatch steps() {
    return steps;
  }

  TerminalEvents ends() {
    return ends;
  }

  /** Of this run of the suite; every choice of a test comes from it. */
  Random random() {
    return random;
  }
}
