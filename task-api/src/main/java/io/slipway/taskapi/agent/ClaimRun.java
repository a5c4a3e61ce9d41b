package io.slipway.taskapi.agent;

import io.slipway.contract.agent.Claim;
import io.slipway.contract.agent.ClaimAnswer;
import io.slipway.contract.agent.ClaimOutcome;
import io.slipway.contract.agent.ClaimRequest;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.neighbour.IdentityClient.RunToken;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Gives runs to an agent. Kafka decides who hears of a run first, this decides who owns it: a
 * compare-and-set from Queued to Started. The run tokens are obtained before it, so that a claim
 * that was granted is always answered in full; the token of a claim that was not granted opens
 * nothing, because the broker asks for the active lease.
 */
@ApplicationScoped
public class ClaimRun {
  private final Transactions transactions;
  private final RunRepository runs;
  private final RunTokens tokens;
  private final LogStore logs;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final JsonText json;
  private final InstantSource clock;

  ClaimRun(
      Transactions transactions,
      RunRepository runs,
      RunTokens tokens,
      LogStore logs,
      RunAnnouncements announcements,
      RunMetrics metrics,
      JsonText json,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.tokens = tokens;
    this.logs = logs;
    this.announcements = announcements;
    this.metrics = metrics;
    this.json = json;
    this.clock = clock;
  }

  /**
   * One run that was asked for.
   *
   * @param attempt what the agent asked for
   * @param before the run as it is without the claim, or null if there is none
   * @param token the run token, or null if the run could not be claimed when it was first read
   */
  private record Asked(RunAttempt attempt, @Nullable Run before, @Nullable RunToken token) {

    Asked withBefore(@Nullable Run run) {
      return new Asked(attempt, run, token);
    }

    /** The run as the agent owns it, or empty if the agent does not get it. */
    Optional<Run> granted(String agent, Instant now) {
      return before != null
              && token != null
              && claimed(before, agent) instanceof RunTransition.Moved moved
          ? Optional.of(RunProgress.moved(before, moved.to(), now))
          : Optional.empty();
    }

    private RunTransition claimed(Run run, String agent) {
      return RunStateMachine.apply(run.state(), new RunChange.Claim(attempt.attempt(), agent));
    }
  }

  /** Claims the runs; each is answered on its own. */
  public Uni<ClaimAnswer> claim(ClaimRequest request) {
    Map<UUID, RunAttempt> attempts = new LinkedHashMap<>(); // the last word on a run counts
    request.runs().forEach(run -> attempts.put(run.runUid(), run));
    return transactions
        .reading(connection -> runs.find(connection, attempts.keySet()))
        .map(ClaimRun::byUid)
        .chain(found ->
            InTurn.map(
                attempts.values(),
                attempt -> ask(attempt, found.get(attempt.runUid()), request.agent())))
        .chain(asked -> grant(asked, request.agent(), clock.instant()));
  }

  /** Tokens come before the lock: no row is locked while identity-service is asked. */
  private Uni<Asked> ask(RunAttempt attempt, @Nullable Run run, String agent) {
    return run != null
            && run.state() instanceof RunState.Queued queued
            && queued.attempt() == attempt.attempt()
        ? tokens.issue(run, queued.attempt(), agent).map(token -> new Asked(attempt, run, token))
        : Uni.createFrom().item(new Asked(attempt, run, null));
  }

  /**
   * Decides on the rows as they are under the lock, not as they were first read: meanwhile another
   * agent may have claimed the run, or somebody may have canceled it.
   */
  private Uni<ClaimAnswer> grant(List<Asked> asked, String agent, Instant now) {
    List<UUID> uids = asked.stream().map(one -> one.attempt().runUid()).toList();
    return transactions
        .in(connection ->
            runs.lock(connection, uids)
                .map(ClaimRun::byUid)
                .map(locked ->
                    asked.stream()
                        .map(one -> one.withBefore(locked.get(one.attempt().runUid())))
                        .toList())
                .chain(locked -> grant(connection, locked, agent, now)))
        .invoke(announcements::nudge);
  }

  private Uni<ClaimAnswer> grant(
      SqlConnection connection, List<Asked> asked, String agent, Instant now) {
    List<Run> granted =
        asked.stream().map(one -> one.granted(agent, now)).flatMap(Optional::stream).toList();
    return runs.update(connection, granted)
        .chain(() -> announcements.started(connection, granted, agent, now))
        .chain(() -> InTurn.map(asked, one -> answer(connection, one, agent, now)))
        .map(ClaimAnswer::new);
  }

  private Uni<Claim> answer(SqlConnection connection, Asked asked, String agent, Instant now) {
    Run run = asked.granted(agent, now).orElse(null);
    if (run == null) {
      return Uni.createFrom().item(refused(asked));
    }
    metrics.claimed(Duration.between(run.times().queued(), now));
    Uni<Long> logOffset =
        run.state().attempt() > 1
            ? logs.begin(connection, run.key().uid())
            : Uni.createFrom().item(0L); // a first attempt's log begins at 0
    return logOffset.map(offset ->
        new Claim(
            run.key().uid(),
            ClaimOutcome.CLAIMED,
            (int) RunProgress.LEASE.toSeconds(),
            Objects.requireNonNull(asked.token()).token(),
            specification(run, offset)));
  }

  private static Claim refused(Asked asked) {
    Run before = asked.before();
    boolean taken =
        before != null
            && before.state().attempt() == asked.attempt().attempt()
            && !(before.state() instanceof RunState.Finished);
    return new Claim(
        asked.attempt().runUid(), taken ? ClaimOutcome.TAKEN : ClaimOutcome.GONE, 0, null, null);
  }

  private RunSpecification specification(Run run, long logOffset) {
    Run.Key key = run.key();
    Run.Origin origin = run.origin();
    StoredSpec stored = json.read(run.spec(), StoredSpec.class);
    return new RunSpecification(
        key.uid(),
        key.runId(),
        key.registry(),
        stored.registryId(),
        stored.loginServer(),
        key.task(),
        run.state().attempt(),
        origin.platform(),
        origin.timeoutSeconds(),
        origin.cpu(),
        logOffset,
        run.lease().lostAgents(),
        run.times().created(),
        stored.logins(),
        stored.step());
  }

  private static Map<UUID, Run> byUid(List<Run> runs) {
    Map<UUID, Run> byUid = new HashMap<>();
    runs.forEach(run -> byUid.put(run.key().uid(), run));
    return byUid;
  }
}
