package io.slipway.taskapi.agent;

import io.slipway.contract.agent.ReleaseRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunOwner;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * Takes runs back from an agent that stops, so that others may have them at once. It costs the runs
 * nothing, and a second call for the same attempt does nothing.
 */
@ApplicationScoped
public class ReleaseRuns {
  private final LeaseTransactions transactions;
  private final RunRepository runs;
  private final GiveUpRuns giveUp;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final InstantSource clock;

  ReleaseRuns(
      LeaseTransactions transactions,
      RunRepository runs,
      GiveUpRuns giveUp,
      RunAnnouncements announcements,
      RunMetrics metrics,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.giveUp = giveUp;
    this.announcements = announcements;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Takes back those of the runs that this process of the agent owns.
   *
   * @param hungUp whether the agent has gone without an answer. Then nothing is taken: it may have
   *     claimed the same attempt again since
   */
  public Uni<Void> release(ReleaseRequest request, BooleanSupplier hungUp) {
    Map<UUID, Integer> attempts = new HashMap<>();
    for (RunAttempt run : request.runs()) {
      attempts.put(run.runUid(), run.attempt());
    }
    RunOwner owner = new RunOwner(request.agent(), request.incarnation());
    return transactions
        .in(connection -> release(connection, attempts, owner, hungUp))
        .invoke(announcements::nudge);
  }

  private Uni<Void> release(
      SqlConnection connection,
      Map<UUID, Integer> attempts,
      RunOwner owner,
      BooleanSupplier hungUp) {
    return runs.lock(connection, attempts.keySet())
        .map(locked -> hungUp.getAsBoolean() ? List.<Run>of() : locked)
        .chain(locked ->
            giveUp.all(connection, locked, run -> released(run, attempts, owner), clock.instant()))
        .invoke(released -> released.forEach(run -> metrics.requeued("handed_back")))
        .replaceWithVoid();
  }

  private static RunChange released(Run run, Map<UUID, Integer> attempts, RunOwner owner) {
    int attempt = Objects.requireNonNull(attempts.get(run.key().uid()));
    return new RunChange.Released(attempt, owner, run.lease().history());
  }
}
