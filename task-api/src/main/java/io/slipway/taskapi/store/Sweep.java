package io.slipway.taskapi.store;

import io.quarkus.logging.Log;
import io.smallrye.mutiny.Uni;

/** Work that a timer repeats: while the database is away it says so in one line and waits. */
public final class Sweep {
  private Sweep() {}

  /** The work; a failure that is an {@link Outage} is left to the next time. */
  public static Uni<Void> of(String what, Uni<Void> work) {
    return work.onFailure(Outage::is)
        .recoverWithUni(failure -> {
          Log.warnf("%s waits: %s", what, failure.toString());
          return Uni.createFrom().voidItem();
        });
  }

  /**
   * A part of the work: its failure is written down and leaves the other parts alone, unless it is
   * an {@link Outage}, which ends the sweep.
   */
  public static Uni<Void> part(String what, Uni<Void> work) {
    return work.onFailure(failure -> !Outage.is(failure))
        .recoverWithUni(failure -> {
          Log.errorf(failure, "%s failed", what);
          return Uni.createFrom().voidItem();
        });
  }
}
