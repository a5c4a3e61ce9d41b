package io.slipway.taskapi.run;

import io.quarkus.runtime.StartupEvent;
import io.slipway.contract.EventType;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.Batch;
import io.slipway.taskapi.event.TopicReaders;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;

/** Kafka in: what happens to runs. */
@ApplicationScoped
class RunEventConsumer {
  private static final int MOST = 1_000;
  private static final Set<EventType> WANTED =
      Set.of(EventType.STEP_STARTED, EventType.RUN_COMPLETED);

  private final TopicReaders readers;
  private final Batch batch;
  private final ApplyRunEvents applyRunEvents;

  RunEventConsumer(TopicReaders readers, Batch batch, ApplyRunEvents applyRunEvents) {
    this.readers = readers;
    this.batch = batch;
    this.applyRunEvents = applyRunEvents;
  }

  void start(@Observes StartupEvent started) {
    readers.open(
        Topics.RUN_EVENTS, MOST, batch.work(Topics.RUN_EVENTS, WANTED, applyRunEvents::apply));
  }
}
