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
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.run.course.Run;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What this service publishes about runs, by way of the {@link Outbox}. An event's id follows from
 * the run, the attempt and its number, so that it is the same whenever it is published again.
 */
@ApplicationScoped
public class RunAnnouncements {
  private static final int QUEUED = 1;
  private static final int STARTED = 2;

  /** Higher than any number that an agent uses in one attempt. */
  private static final int COMPLETED = 999_999;

  private final EventCodec codec;
  private final Outbox outbox;
  private final OutboxRelay relay;

  RunAnnouncements(EventCodec codec, Outbox outbox, OutboxRelay relay) {
    this.codec = codec;
    this.outbox = outbox;
    this.relay = relay;
  }

  /** Says, in the caller's transaction, that the runs wait for an agent. */
  public Uni<Void> queued(SqlConnection connection, List<Run> runs) {
    return outbox.append(connection, runs.stream().map(this::queued).toList());
  }

  /** Says, in the caller's transaction, that an agent owns the runs. */
  public Uni<Void> started(SqlConnection connection, List<Run> runs, String agent, Instant at) {
    return outbox.append(connection, runs.stream().map(run -> started(run, agent, at)).toList());
  }

  /** Says, in the caller's transaction, that the run ended, for no agent can say so. */
  public Uni<Void> completed(SqlConnection connection, Run run, RunOutcome outcome) {
    return outbox.append(connection, List.of(completed(run, outcome)));
  }

  /** To be called after the commit: publishes now what the timer would publish later. */
  public void nudge() {
    relay.nudge();
  }

  private Outbox.Message queued(Run run) {
    Run.Origin origin = run.origin();
    Instant at = run.times().queued();
    return message(
        Topics.runQueue(origin.pool()),
        run,
        new RunQueued(
            run.ref(), origin.pool(), origin.platform().os(), origin.platform().architecture(), at),
        QUEUED,
        at);
  }

  private Outbox.Message started(Run run, String agent, Instant at) {
    return message(Topics.RUN_EVENTS, run, new RunStarted(run.ref(), agent, at), STARTED, at);
  }

  private Outbox.Message completed(Run run, RunOutcome outcome) {
    Instant at = Objects.requireNonNull(run.times().finished());
    long logBytes = Objects.requireNonNull(run.result().logBytes());
    RunCompleted event =
        new RunCompleted(
            run.ref(), outcome, run.result().error(), at, logBytes, List.of(), List.of());
    return message(Topics.RUN_EVENTS, run, event, COMPLETED, at);
  }

  /** Value of {@code source} of a run's events. */
  public static String source(Run.Key key) {
    String registry = "/registries/" + key.registry();
    return key.task() == null ? registry : registry + "/tasks/" + key.task();
  }

  private Outbox.Message message(String topic, Run run, RunEvent event, int number, Instant at) {
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
    return new Outbox.Message(
        topic,
        uid.toString(),
        attributes.toHeaders(uid.toString(), type.schema()),
        codec.write(event));
  }
}
