package io.slipway.taskapi.run;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.EventType;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunStarted;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.EventCodec;
import io.slipway.taskapi.outbox.OutboxRecord;
import io.slipway.taskapi.run.course.Run;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What this service publishes about a run. An event's id follows from the run, the attempt and its
 * number, so that it is the same whenever it is published again.
 */
@ApplicationScoped
public class RunAnnouncements {
  private static final int QUEUED = 1;
  private static final int STARTED = 2;

  /** Above all that an agent numbers in one attempt. */
  private static final int COMPLETED = 999_999;

  private final EventCodec codec;

  RunAnnouncements(EventCodec codec) {
    this.codec = codec;
  }

  /** The run waits for an agent. */
  public OutboxRecord queued(Run run) {
    Run.Origin origin = run.origin();
    Instant at = run.times().queued();
    return record(
        Topics.runQueue(origin.pool()),
        run,
        new RunQueued(
            run.ref(), origin.pool(), origin.platform().os(), origin.platform().architecture(), at),
        QUEUED,
        at);
  }

  /** An agent owns the run. */
  public OutboxRecord started(Run run, String agent, Instant at) {
    return record(Topics.RUN_EVENTS, run, new RunStarted(run.ref(), agent, at), STARTED, at);
  }

  /** The run ended and no agent can say so. */
  public OutboxRecord completed(Run run, RunOutcome outcome) {
    Instant at = Objects.requireNonNull(run.times().finished());
    long logBytes = Objects.requireNonNull(run.result().logBytes());
    RunCompleted event =
        new RunCompleted(
            run.ref(), outcome, run.result().error(), at, logBytes, List.of(), List.of());
    return record(Topics.RUN_EVENTS, run, event, COMPLETED, at);
  }

  /** Value of {@code source} of a run's events. */
  public static String source(Run.Key key) {
    String registry = "/registries/" + key.registry();
    return key.task() == null ? registry : registry + "/tasks/" + key.task();
  }

  private OutboxRecord record(String topic, Run run, RunEvent event, int number, Instant at) {
    UUID uid = run.key().uid();
    int attempt = run.state().attempt();
    long sequence = EventAttributes.sequence(attempt, number);
    EventType type = EventType.of(event);
    EventAttributes attributes =
        new EventAttributes(
            UUID.nameUUIDFromBytes((uid + ":" + sequence).getBytes(StandardCharsets.UTF_8)),
            source(run.key()),
            type.type(),
            "runs/" + run.key().runId(),
            at,
            attempt,
            sequence,
            null);
    return new OutboxRecord(
        topic,
        uid.toString(),
        attributes.toHeaders(uid.toString(), type.schema()),
        codec.write(event));
  }
}
