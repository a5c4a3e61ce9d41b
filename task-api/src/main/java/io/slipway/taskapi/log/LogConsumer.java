package io.slipway.taskapi.log;

import io.quarkus.runtime.StartupEvent;
import io.slipway.contract.EventType;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.Batch;
import io.slipway.taskapi.event.TopicReaders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;

/** Kafka in: what runs print. */
@ApplicationScoped
class LogConsumer {
  private static final int MOST = 500;
  private static final Set<EventType> WANTED = Set.of(EventType.LOG_APPENDED);

  private final TopicReaders readers;
  private final Batch batch;
  private final AppendLogs appendLogs;

  LogConsumer(TopicReaders readers, Batch batch, AppendLogs appendLogs) {
    this.readers = readers;
    this.batch = batch;
    this.appendLogs = appendLogs;
  }

  void start(@Observes StartupEvent started) {
    readers.open(Topics.RUN_LOGS, MOST, batch.work(Topics.RUN_LOGS, WANTED, appendLogs::append));
  }
}
