package io.slipway.broker.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** The one clock of the service. */
@ApplicationScoped
class ClockProducer {

  /** Whole milliseconds, so that a time reads back from the database as it was. */
  @Produces
  @ApplicationScoped
  InstantSource clock() {
    Clock ticking = Clock.tickMillis(ZoneOffset.UTC);
    return ticking::instant;
  }
}
