package io.slipway.local.part;

import io.slipway.infra.ChildProcess;
import io.slipway.infra.KafkaProcess;

/**
 * Kafka.
 *
 * @param settings where and how it runs
 */
public record KafkaPart(KafkaProcess.Settings settings) implements Part {
  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public ChildProcess start() {
    return KafkaProcess.start(settings).process();
  }
}
