package io.slipway.agent.step;

import io.slipway.agent.config.AgentConfig;
import io.slipway.engine.ContainerEngine;
import io.slipway.engine.EngineException;
import io.slipway.engine.EngineRun;
import io.slipway.engine.Probe;
import io.slipway.engine.RunSpace;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** The engine that the configuration names. */
@ApplicationScoped
class EngineProducer {
  @Produces
  @Singleton
  ContainerEngine engine(AgentConfig config) {
    return new MissingEngine(config.agent().engine());
  }

  /** Says that there is none; imports work without. */
  private record MissingEngine(String name) implements ContainerEngine {
    @Override
    public List<Probe> probes() {
      return List.of(
          new Probe(
              "engine " + name,
              false,
              true,
              "is not part of this version",
              "install a version that has it"));
    }

    @Override
    public EngineRun openRun(RunSpace space) throws EngineException {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "this agent has no engine '" + name + "' yet: it can import images, not run steps");
    }

    @Override
    public void close() {}
  }
}
