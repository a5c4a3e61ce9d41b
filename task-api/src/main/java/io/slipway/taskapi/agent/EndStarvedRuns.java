package io.slipway.taskapi.agent;

import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Ends runs that no agent took in the time that they may wait. */
@ApplicationScoped
public class EndStarvedRuns {
  private static final int BATCH = 100;

  private final Leader leader;
  private final RunRepository runs;
  private final EndRun endRun;
  private final RunAnnouncements announcements;
  private final InstantSource clock;
  private final Duration queueTimeout;

  EndStarvedRuns(
      Leader leader,
      RunRepository runs,
      EndRun endRun,
      RunAnnouncements announcements,
      InstantSource clock,
      @ConfigProperty(name = "slipway.run.queue-timeout", defaultValue = "PT24H")
          Duration queueTimeout) {
    this.leader = leader;
    this.runs = runs;
    this.endRun = endRun;
    this.announcements = announcements;
    this.clock = clock;
    this.queueTimeout = queueTimeout;
  }

  /** One sweep, as the timer does it. */
  @Scheduled(
      every = "${slipway.run.starve-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of("The search for runs that waited too long", endStarved());
  }

  private Uni<Void> endStarved() {
    return InTurn.whilst(() ->
        leader
            .in(connection -> endStarved(connection, clock.instant()))
            .invoke(announcements::nudge)
            .map(ended -> ended.orElse(0) == BATCH));
  }

  private Uni<Integer> endStarved(SqlConnection connection, Instant now) {
    return runs.lockWaitingSince(connection, now.minus(queueTimeout), BATCH)
        .chain(starved ->
            InTurn.each(starved, run -> end(connection, run, now)).replaceWith(starved.size()));
  }

  private Uni<Void> end(SqlConnection connection, Run run, Instant now) {
    String error =
        "NoAgentAvailable: no agent of pool '%s' took the run within %s"
            .formatted(run.origin().pool(), queueTimeout);
    RunState.Finished to = new RunState.Finished(run.state().attempt(), RunOutcome.ERROR);
    return endRun.end(connection, run, to, FailureClass.NO_AGENT, error, now).replaceWithVoid();
  }
}
