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
}
