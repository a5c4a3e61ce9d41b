package io.slipway.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;

@ApplicationScoped
class ClockProducer {
  @Produces
  @ApplicationScoped
  InstantSource clock() {
    Clock clock = Clock.systemUTC();
    return clock::instant;
  }
}
