package io.slipway.taskapi.log;

import io.slipway.contract.Topics;
import io.slipway.taskapi.event.Batch;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Kafka in: what runs print. */
@ApplicationScoped
class LogConsumer {
  private final Batch batch;
  private final AppendLogs appendLogs;

  LogConsumer(Batch batch, AppendLogs appendLogs) {
    this.batch = batch;
    this.appendLogs = appendLogs;
  }

  @Incoming("run-logs")
  Uni<Void> consume(ConsumerRecords<String, byte[]> records) {
    return batch.handle(Topics.RUN_LOGS, records, appendLogs::append);
  }
}
