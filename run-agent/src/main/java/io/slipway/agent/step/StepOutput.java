package io.slipway.agent.step;

import io.slipway.agent.log.StepLog;
import io.slipway.builder.OutputSink;

/** What a step prints, on its way into the log. */
final class StepOutput implements OutputSink, AutoCloseable {
  private final StepLog log;

  StepOutput(StepLog log) {
    this.log = log;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    log.write(bytes, offset, length);
  }

  @Override
  public void close() {
    log.close();
  }
}
