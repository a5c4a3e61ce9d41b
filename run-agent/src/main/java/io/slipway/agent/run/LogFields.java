package io.slipway.agent.run;

import io.slipway.contract.agent.RunSpecification;
import org.jboss.logging.MDC;

/**
 * What the agent's own log says of a run with each line of its threads: fields of their own in JSON
 * ({@code docs/telemetry.md}). Threads that are begun meanwhile have them, too.
 */
final class LogFields implements AutoCloseable {
  private static final String REGISTRY = "registry";
  private static final String RUN = "run";

  private LogFields() {}

  /** From now on, in this thread, until it is closed. */
  static LogFields of(RunSpecification spec) {
    MDC.put(REGISTRY, spec.registry());
    MDC.put(RUN, spec.runId());
    return new LogFields();
  }

  @Override
  public void close() {
    MDC.remove(REGISTRY);
    MDC.remove(RUN);
  }
}
