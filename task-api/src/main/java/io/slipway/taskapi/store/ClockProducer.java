package io.slipway.taskapi.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;
import java.time.ZoneOffset;

/** The one clock; whole milliseconds, so that a time reads back from the database as it was. */
@ApplicationScoped
class ClockProducer {
  @Produces
  @ApplicationScoped
  InstantSource clock() {
    Clock ticking = Clock.tickMillis(ZoneOffset.UTC);
    return ticking::instant;
  }
}
