package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.dispatch.Agents;
import io.slipway.taskapi.dispatch.Lane;
import io.slipway.taskapi.dispatch.LiveAgents;
import io.slipway.taskapi.dispatch.Unserved;
import io.slipway.taskapi.dispatch.WaitingLanes;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends runs for which there has been no agent for a while: people learn it before a day is over.
 */
@ApplicationScoped
public class EndUnservedRuns {
  private static final int BATCH = 100;
  // The backlog and the window have an index each, which is used only where the query says so.
  static final String WAITING =
      """
      (select uid from run
        where pool = $1 and os = $2 and architecture = $3 and status = 'Queued'
          and published_at is null and queued_at <= $4 limit $5)
      union all
      (select uid from run
        where pool = $1 and os = $2 and architecture = $3 and status = 'Queued'
          and published_at is not null and queued_at <= $4 limit $5)
      limit $5\
      """;

  private final Leader leader;
  private final WaitingLanes waiting;
  private final LiveAgents agents;
  private final RunRepository runs;
  private final EndRun endRun;
  private final RunAnnouncements announcements;
  private final InstantSource clock;
  private final Duration limit;
  private final Unserved unserved;

  EndUnservedRuns(
      Leader leader,
      WaitingLanes waiting,
      LiveAgents agents,
      RunRepository runs,
      EndRun endRun,
      RunAnnouncements announcements,
      InstantSource clock,
      @ConfigProperty(name = "slipway.run.no-agent-timeout", defaultValue = "PT10M")
          Duration limit) {
    this.leader = leader;
    this.waiting = waiting;
    this.agents = agents;
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
    this.clock = clock;
    this.limit = limit;
    this.unserved = new Unserved(limit);
  }

  /** One sweep, as the timer does it. */
  @Scheduled(
      every = "${slipway.run.unserved-every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return leader.leads()
        ? Sweep.of("The search for runs without an agent", look())
        : Uni.createFrom().voidItem();
  }

  private Uni<Void> look() {
    return agents
        .look()
        .chain(alive ->
            waiting
                .all()
                .chain(lanes ->
                    InTurn.each(
                        unserved.see(lanes, alive, clock.instant()), lane -> end(lane, alive))));
  }

  private Uni<Void> end(Lane lane, Agents alive) {
    String pool = "NoAgentAvailable: pool '%s' has had no agent".formatted(lane.pool());
    String error =
        (alive.service(lane) == Agents.Service.OTHER_PLATFORM
                ? pool + " for " + lane.platform()
                : pool)
            + " for "
            + minutes(limit);
    Log.warnf("Runs of %s end: %s", lane, error);
    return endAll(lane, error);
  }

  private Uni<Void> endAll(Lane lane, String error) {
    return InTurn.whilst(() ->
        leader
            .in(connection -> endSome(connection, lane, error))
            .invoke(announcements::nudge)
            .map(ended -> ended.orElse(0) == BATCH));
  }

  /** Runs that came later have their whole time, in case an agent comes. */
  private Uni<Integer> endSome(SqlConnection connection, Lane lane, String error) {
    return connection
        .preparedQuery(WAITING)
        .execute(
            Sql.values(
                lane.pool(), lane.os(), lane.architecture(), clock.instant().minus(limit), BATCH))
        .map(rows -> {
          List<UUID> uids = new ArrayList<>();
          rows.forEach(row -> uids.add(row.getUUID("uid")));
          return uids;
        })
        .chain(uids -> runs.lock(connection, uids))
        .chain(found ->
            InTurn.each(found, run -> end(connection, run, error)).replaceWith(found.size()));
  }

  private Uni<Void> end(SqlConnection connection, Run run, String error) {
    if (!(run.state() instanceof RunState.Queued queued)) {
      return Uni.createFrom().voidItem();
    }
    RunState.Finished to = new RunState.Finished(queued.attempt(), RunOutcome.ERROR);
    return endRun
        .end(connection, run, to, FailureClass.NO_AGENT, error, clock.instant())
        .replaceWithVoid();
  }

  private static String minutes(Duration time) {
    return time.toSeconds() % 60 == 0 && time.toMinutes() > 0
        ? time.toMinutes() + (time.toMinutes() == 1 ? " minute" : " minutes")
        : time.toSeconds() + " seconds";
  }
}
