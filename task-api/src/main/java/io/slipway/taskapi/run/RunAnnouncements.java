package io.slipway.taskapi.run;

import io.slipway.contract.Causation;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunAccepted;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunDetails;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunQueued;
import io.slipway.contract.RunRef;
import io.slipway.contract.Topics;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.dispatch.Dispatcher;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.outbox.RunMessages;
import io.slipway.taskapi.run.course.FoldRunEvents;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.webhook.QueueRunEvents;
import io.slipway.taskapi.webhook.QueueRunEvents.Happened;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * What this service says about runs: to the agents by way of the {@link Dispatcher}, and what no
 * agent can say by way of the {@link Outbox}.
 */
@ApplicationScoped
public class RunAnnouncements {
  private static final String TO_THE_BACKLOG =
      "update run set published_at = null where uid = any($1) and published_at is not null";
  private static final String REGISTRY =
      "select registry.name, resource_group.name as group_name from registry"
          + " join resource_group on resource_group.name_key = registry.group_key"
          + " where registry.uid = $1";

  private final RunMessages messages;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final Dispatcher dispatcher;
  private final QueueRunEvents webhooks;
  private final String subscriptionId;

  RunAnnouncements(
      RunMessages messages,
      Outbox outbox,
      OutboxRelay relay,
      Dispatcher dispatcher,
      QueueRunEvents webhooks,
      @ConfigProperty(name = "slipway.subscription-id") String subscriptionId) {
    this.messages = messages;
    this.outbox = outbox;
    this.relay = relay;
    this.dispatcher = dispatcher;
    this.webhooks = webhooks;
    this.subscriptionId = subscriptionId;
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

  /**
   * Says, in the caller's transaction, that the run ended, for no agent can say so.
   *
   * @param before the run when its last agent may have had it
   */
  public Uni<Void> completed(
      SqlConnection connection, Run before, Run ended, RunOutcome outcome, FailureClass failure) {
    return connection
        .preparedQuery(REGISTRY)
        .execute(Sql.values(ended.key().registryUid()))
        .map(rows -> details(rows, before, failure))
        .map(details -> completed(ended, outcome, details))
        .call(event ->
            webhooks.queue(connection, List.of(new Happened(ended.key().registryUid(), event))))
        .chain(event -> outbox.append(connection, List.of(message(ended, event))));
  }

  /**
   * Says, in the caller's transaction, that runs are there: to webhooks, and to the events that
   * asked for them.
   *
   * @param registries uid of a run to the ARM id of its registry
   */
  Uni<Void> accepted(SqlConnection connection, List<Run> runs, Map<UUID, String> registries) {
    List<Outbox.Message> answers = new ArrayList<>();
    for (Run run : runs) {
      Causation request = run.origin().trigger().request();
      if (request != null) {
        answers.add(answer(run, String.valueOf(registries.get(run.key().uid())), request));
      }
    }
    return outbox
        .append(connection, answers)
        .chain(() ->
            webhooks.queue(connection, runs.stream().map(RunAnnouncements::happened).toList()));
  }

  private static Happened happened(Run run) {
    Run.Origin origin = run.origin();
    return new Happened(
        run.key().registryUid(),
        new RunQueued(
            run.ref(),
            origin.pool(),
            origin.platform().os(),
            origin.platform().architecture(),
            run.times().queued()));
  }

  /**
   * The answer to an event that asked for a run.
   *
   * @param registryId ARM id of the registry
   */
  public Outbox.Message answer(Run run, String registryId, Causation request) {
    Run.Key key = run.key();
    String resourceId = registryId + "/runs/" + key.runId();
    // The same however often it is said, whatever has become of the run.
    RunRef first = new RunRef(key.uid(), key.runId(), key.registry(), key.task(), 1);
    return messages.answer(
        new RunAccepted(first, request.id(), request.source(), resourceId),
        run.times().created(),
        request);
  }

  /** To be called after the commit of runs that were accepted. */
  void answered(List<Run> runs) {
    if (runs.stream().anyMatch(run -> run.origin().trigger().request() != null)) {
      relay.nudge();
    }
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

  private static RunCompleted completed(Run run, RunOutcome outcome, RunDetails details) {
    Instant at = Objects.requireNonNull(run.times().finished());
    long logBytes = Objects.requireNonNull(run.result().logBytes());
    return new RunCompleted(
        run.ref(), outcome, run.result().error(), at, logBytes, List.of(), List.of(), details);
  }

  private Outbox.Message message(Run run, RunCompleted event) {
    return messages.message(
        Topics.RUN_EVENTS,
        run.ref(),
        event,
        FoldRunEvents.ENDED_BY_LEDGER,
        event.finishedAt(),
        run.origin().trigger().request());
  }

  /** Its steps are known to its agent alone, which is gone. */
  private RunDetails details(RowSet<Row> registry, Run before, FailureClass failure) {
    @Nullable String id = null; // of a registry that is being deleted
    for (Row row : registry) {
      String registryId =
          ResourceId.registry(subscriptionId, row.getString("group_name"), row.getString("name"));
      id = registryId + "/runs/" + before.key().runId();
    }
    Run.Origin origin = before.origin();
    Run.Times times = before.times();
    String agent = before.state().agent();
    return new RunDetails(
        id,
        origin.trigger().kind(),
        origin.pool(),
        origin.platform().os(),
        origin.platform().architecture(),
        agent,
        times.created(),
        times.queued(),
        agent == null ? null : times.started(),
        failure,
        null,
        List.of());
  }

  /** Value of {@code source} of a run's events. */
  public static String source(Run.Key key) {
    return RunMessages.source(key.registry(), key.task());
  }
}
