package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimOutcome;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.event.EventKeys;
import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives runs to an agent. Kafka decides who hears of a run first, this decides who owns it: all
 * runs of a claim in one transaction, with the same few statements for one run as for a hundred.
 * Nobody else is asked, so a claim takes as long as the database does. Each run is answered on its
 * own: one that cannot be executed ends, and the others are given all the same.
 */
@ApplicationScoped
public class ClaimRun {
  private final LeaseTransactions transactions;
  private final RunRepository runs;
  private final GrantRuns grants;
  private final EndRun endRun;
  private final LogStore logs;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final EventKeys eventKeys;
  private final InstantSource clock;

  ClaimRun(
      LeaseTransactions transactions,
      RunRepository runs,
      GrantRuns grants,
      EndRun endRun,
      LogStore logs,
      RunAnnouncements announcements,
      RunMetrics metrics,
      EventKeys eventKeys,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.grants = grants;
    this.endRun = endRun;
    this.logs = logs;
    this.announcements = announcements;
    this.metrics = metrics;
    this.eventKeys = eventKeys;
    this.clock = clock;
  }

  /**
   * Claims the runs.
   *
   * @param deadline when the agent no longer waits: nothing is granted later. If that comes while
   *     the grant is being written, the call fails and nothing of it is done
   */
  public Uni<ClaimAnswer> claim(ClaimRequest request, Deadline deadline) {
    Map<UUID, RunAttempt> attempts = new LinkedHashMap<>(); // the last word on a run counts
    request.runs().forEach(run -> attempts.put(run.runUid(), run));
    RunOwner owner = new RunOwner(request.agent(), request.incarnation());
    return transactions
        .in(connection ->
            claim(
                connection,
                new Batch(attempts, owner, request.holder(), request.signsEvents(), deadline)))
        .invoke(claimed -> {
          announcements.claimed(claimed.granted());
          if (claimed.anyEnded()) {
            announcements.nudge();
          }
        })
        .map(Claimed::answer);
  }

  /** What became of a call, once it is committed. */
  private record Claimed(ClaimAnswer answer, int granted, boolean anyEnded) {}

  /** What an agent asks for in one call. */
  private record Batch(
      Map<UUID, RunAttempt> attempts,
      RunOwner owner,
      @Nullable String holder,
      boolean signs,
      Deadline deadline) {}

  /**
   * What is decided on the locked rows.
   *
   * @param granted runs that the agent gets, by uid
   * @param later runs that it may ask for again
   * @param broken runs that nobody can execute, with the reason
   * @param taken runs that another agent owns
   */
  private record Decision(
      Map<UUID, Granted> granted, Set<UUID> later, Map<Run, String> broken, Set<UUID> taken) {
    Decision() {
      this(new LinkedHashMap<>(), new HashSet<>(), new LinkedHashMap<>(), new HashSet<>());
    }
  }

  private Uni<Claimed> claim(SqlConnection connection, Batch batch) {
    if (batch.deadline().isOver()) {
      return Uni.createFrom().failure(ClaimRun::tooLate); // not even locks are waited for
    }
    Instant now = clock.instant();
    Decision decision = new Decision();
    Set<UUID> asked = batch.attempts().keySet();
    // Sent together; the database reads what is to be done when it has the locks.
    return Uni.combine()
        .all()
        .unis(runs.lock(connection, asked), grants.specs(connection, asked))
        .asTuple()
        .invoke(both ->
            decide(
                claimable(both.getItem1(), batch, decision),
                both.getItem2(),
                batch.signs(),
                decision))
        // The last look before the first write: who no longer waits gets nothing.
        .invoke(() -> {
          if (batch.deadline().isOver()) {
            decision.later().addAll(decision.granted().keySet());
            decision.granted().clear();
          }
        })
        .chain(() ->
            grants.grant(
                connection, decision.granted().values(), batch.owner(), batch.holder(), now))
        .chain(() -> end(connection, decision, now))
        .chain(() -> answer(connection, batch, decision, now))
        // And before the commit: the writing may have waited, too.
        .invoke(() -> {
          if (!decision.granted().isEmpty() && batch.deadline().isOver()) {
            throw tooLate();
          }
        })
        .map(
            answer -> new Claimed(answer, decision.granted().size(), !decision.broken().isEmpty()));
  }

  private static ArmException tooLate() {
    return ArmException.unavailable("The answer would come too late. Try again.");
  }

  /** The runs that the agent may have, by uid, as they become its own. */
  private Map<UUID, Run> claimable(List<Run> locked, Batch batch, Decision decision) {
    Map<UUID, Run> claimable = new LinkedHashMap<>();
    for (Run run : locked) {
      UUID uid = run.key().uid();
      int attempt = Objects.requireNonNull(batch.attempts().get(uid)).attempt();
      RunTransition transition =
          RunStateMachine.apply(run.state(), new RunChange.Claim(attempt, batch.owner()));
      if (transition instanceof RunTransition.Moved moved) {
        claimable.put(uid, RunProgress.moved(run, moved.to(), clock.instant()));
      } else if (run.state().attempt() == attempt && run.state().owner() != null) {
        decision.taken().add(uid);
      }
    }
    return claimable;
  }

  private void decide(
      Map<UUID, Run> claimable,
      Map<UUID, @Nullable String> specs,
      boolean signs,
      Decision decision) {
    claimable.forEach((uid, run) -> {
      String spec = specs.get(uid);
      if (spec == null) {
        if (!specs.containsKey(uid)) {
          decision.later().add(uid);
        }
        return;
      }
      try {
        StoredSpec stored = grants.read(spec);
        String key = signs ? eventKeys.text(uid, run.state().attempt()) : null;
        decision.granted().put(uid, new Granted(run, stored, RunToken.fresh(), key));
      } catch (IllegalStateException unreadable) {
        Log.errorf(
            "Run %s: its specification cannot be read: %s",
            run.key().runId(), unreadable.getMessage());
        decision.broken().put(run, "The run's specification cannot be read by this version.");
      }
    });
  }

  private Uni<Void> end(SqlConnection connection, Decision decision, Instant now) {
    return InTurn.each(
        decision.broken().entrySet(),
        one -> {
          Run run = one.getKey();
          RunState.Finished ended = new RunState.Finished(run.state().attempt(), RunOutcome.ERROR);
          return endRun
              .end(connection, run, ended, FailureClass.PLATFORM, one.getValue(), now)
              .replaceWithVoid();
        });
  }

  private Uni<ClaimAnswer> answer(
      SqlConnection connection, Batch batch, Decision decision, Instant now) {
    return InTurn.map(
            batch.attempts().keySet(),
            uid -> {
              Granted granted = decision.granted().get(uid);
              return granted == null
                  ? Uni.createFrom().item(refused(uid, decision))
                  : answer(connection, granted, now);
            })
        .map(ClaimAnswer::new);
  }

  private static Claim refused(UUID uid, Decision decision) {
    ClaimOutcome outcome =
        decision.later().contains(uid)
            ? ClaimOutcome.LATER
            : decision.taken().contains(uid) ? ClaimOutcome.TAKEN : ClaimOutcome.GONE;
    return new Claim(uid, outcome, 0, null, null, null);
  }

  private Uni<Claim> answer(SqlConnection connection, Granted granted, Instant now) {
    Run run = granted.run();
    metrics.claimed(run.origin().pool(), Duration.between(run.times().queued(), now));
    Uni<Long> logOffset =
        run.state().attempt() > 1
            ? logs.begin(connection, run.key().uid())
            : Uni.createFrom().item(0L); // a first attempt's log begins at 0
    return logOffset.map(offset ->
        new Claim(
            run.key().uid(),
            ClaimOutcome.CLAIMED,
            (int) RunProgress.LEASE.toSeconds(),
            granted.token(),
            granted.eventKey(),
            granted.specification(offset)));
  }
}
