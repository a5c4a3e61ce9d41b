package io.slipway.agent.config;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.time.InstantSource;

/** The clock that everything in the agent asks; tests pass their own. */
@ApplicationScoped
class ClockProducer {
  @Produces
  @ApplicationScoped
  InstantSource clock() {
    Clock clock = Clock.systemUTC();
    return clock::instant;
  }
}
