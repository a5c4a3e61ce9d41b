package io.slipway.agent.intake;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.function.Supplier;

/** Slots of this agent: {@code slipway_agent_slots}. */
@ApplicationScoped
class SlotGauges {
  private final MeterRegistry meters;
  private final Slots slots;

  SlotGauges(MeterRegistry meters, Slots slots) {
    this.meters = meters;
    this.slots = slots;
  }

  void show(@Observes StartupEvent event) {
    gauge("free", slots::free);
    gauge("busy", () -> slots.all() - slots.free());
  }

  private void gauge(String state, Supplier<Number> value) {
    Gauge.builder("slipway.agent.slots", value)
        .description("Slots of this agent")
        .tag("state", state)
        .register(meters);
  }
}
