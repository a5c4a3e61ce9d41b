package io.slipway.agent.step;

import io.slipway.agent.context.FetchContext;
import io.slipway.agent.run.Attempt;
import io.slipway.agent.run.RunFailedException;
import io.slipway.engine.ContainerEngine;
import io.slipway.engine.EngineException;
import io.slipway.engine.RunSpace;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;

/** Opens what the steps of an attempt need. */
@ApplicationScoped
public class ExecuteStep {
  private final ContainerEngine engine;
  private final FetchContext fetchContext;
  private final InstantSource clock;

  ExecuteStep(ContainerEngine engine, FetchContext fetchContext, InstantSource clock) {
    this.engine = engine;
    this.fetchContext = fetchContext;
    this.clock = clock;
  }

  StepRuntime open(Attempt attempt) throws RunFailedException {
    String key = attempt.spec().runUid() + "-" + attempt.spec().attempt();
    try {
      return new StepRuntime(
          attempt,
          engine.openRun(
              new RunSpace(
                  key, attempt.workspace(), attempt.registries(), attempt.spec().loginServer())),
          fetchContext,
          clock);
    } catch (EngineException failed) {
      throw new RunFailedException(String.valueOf(failed.getMessage()), failed);
    }
  }
}
