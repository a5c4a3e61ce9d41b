package io.slipway.taskapi.run;

import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.Topics;
import io.slipway.taskapi.dispatch.Dispatcher;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.outbox.RunMessages;
import io.slipway.taskapi.run.course.FoldRunEvents;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * What this service says about runs: to the agents by way of the {@link Dispatcher}, and what no
 * agent can say by way of the {@link Outbox}.
 */
@ApplicationScoped
public class RunAnnouncements {
  private static final String TO_THE_BACKLOG =
      "update run set published_at = null where uid = any($1) and published_at is not null";

  private final RunMessages messages;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final Dispatcher dispatcher;

  RunAnnouncements(RunMessages messages, Outbox outbox, OutboxRelay relay, Dispatcher dispatcher) {
    this.messages = messages;
    this.outbox = outbox;
    this.relay = relay;
    this.dispatcher = dispatcher;
  }

  /** Puts runs into the backlog, in the caller's transaction: they wait for an agent again. */
  public Uni<Void> queued(SqlConnection connection, List<Run> runs) {
    if (runs.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    UUID[] uids = runs.stream().map(run -> run.key().uid()).toArray(UUID[]::new);
    return connection
        .preparedQuery(TO_THE_BACKLOG)
        .execute(Sql.values((Object) uids))
        .invoke(() -> dispatcher.expectBacklog())
        .replaceWithVoid();
  }

  /** Says, in the caller's transaction, that the run ended, for no agent can say so. */
  public Uni<Void> completed(SqlConnection connection, Run run, RunOutcome outcome) {
    return outbox.append(connection, List.of(completed(run, outcome)));
  }

  /** To be called after the commit: publishes now what the timers would publish later. */
  public void nudge() {
    relay.nudge();
    dispatcher.nudge();
  }

  /** To be called after the commit: agents have claimed so many runs of the queue. */
  public void claimed(int runs) {
    if (runs > 0) {
      dispatcher.left(runs);
    }
  }

  private Outbox.Message completed(Run run, RunOutcome outcome) {
    Instant at = Objects.requireNonNull(run.times().finished());
    long logBytes = Objects.requireNonNull(run.result().logBytes());
    RunCompleted event =
        new RunCompleted(
            run.ref(), outcome, run.result().error(), at, logBytes, List.of(), List.of());
    return messages.message(Topics.RUN_EVENTS, run.ref(), event, FoldRunEvents.ENDED_BY_LEDGER, at);
  }

  /** Value of {@code source} of a run's events. */
  public static String source(Run.Key key) {
    return RunMessages.source(key.registry(), key.task());
  }
}
