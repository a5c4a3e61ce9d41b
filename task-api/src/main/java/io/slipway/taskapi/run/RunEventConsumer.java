package io.slipway.taskapi.run;

import io.slipway.contract.Topics;
import io.slipway.taskapi.event.Batch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Kafka in: what happens to runs. */
@ApplicationScoped
class RunEventConsumer {
  private final Batch batch;
  private final ApplyRunEvents applyRunEvents;

  RunEventConsumer(Batch batch, ApplyRunEvents applyRunEvents) {
    this.batch = batch;
    this.applyRunEvents = applyRunEvents;
  }

  @Incoming("run-events")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return batch.handle(Topics.RUN_EVENTS, records, applyRunEvents::apply);
  }
}
