package io.slipway.taskapi.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.agent.AgentMessages.Claim;
import io.slipway.taskapi.agent.AgentMessages.ClaimAnswer;
import io.slipway.taskapi.agent.AgentMessages.ClaimRequest;
import io.slipway.taskapi.agent.AgentMessages.Specification;
import io.slipway.taskapi.log.LogStore;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.neighbour.IdentityClient.RunToken;
import io.slipway.taskapi.outbox.Outbox;
import io.slipway.taskapi.outbox.OutboxRelay;
import io.slipway.taskapi.run.RunAnnouncements;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunChange;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.run.course.RunStateMachine;
import io.slipway.taskapi.run.course.RunTransition;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Gives runs to an agent. Kafka says who hears first, this says who owns: a compare-and-set from
 * Queued to Started. The run tokens are got before it, so that a claim that was granted is always
 * answered in full; a token for a claim that was not granted opens nothing, because the broker asks
 * for the active lease.
 */
@ApplicationScoped
public class ClaimRun {
  private final Transactions transactions;
  private final RunRepository runs;
  private final RunTokens tokens;
  private final LogStore logs;
  private final Outbox outbox;
  private final OutboxRelay relay;
  private final RunAnnouncements announcements;
  private final RunMetrics metrics;
  private final ObjectMapper json;
  private final InstantSource clock;

  ClaimRun(
      Transactions transactions,
      RunRepository runs,
      RunTokens tokens,
      LogStore logs,
      Outbox outbox,
      OutboxRelay relay,
      RunAnnouncements announcements,
      RunMetrics metrics,
      ObjectMapper json,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.tokens = tokens;
    this.logs = logs;
    this.outbox = outbox;
    this.relay = relay;
    this.announcements = announcements;
    this.metrics = metrics;
    this.json = json;
    this.clock = clock;
  }

  private record Granted(Run run, long logOffset) {}

  /** Claims the runs; each is answered on its own. */
  public Uni<ClaimAnswer> claim(ClaimRequest request) {
    Map<UUID, Integer> asked = new LinkedHashMap<>();
    request.runs().forEach(run -> asked.put(run.runUid(), run.attempt()));
    return transactions
        .reading(connection -> runs.find(connection, asked.keySet()))
        .chain(found -> tokensFor(claimable(found, asked), request.agent()))
        .chain(held -> grant(request.agent(), asked, held));
  }

  private static List<Run> claimable(List<Run> found, Map<UUID, Integer> asked) {
    return found.stream()
        .filter(run ->
            run.state() instanceof RunState.Queued queued
                && Integer.valueOf(queued.attempt()).equals(asked.get(run.key().uid())))
        .toList();
  }

  private Uni<Map<UUID, RunToken>> tokensFor(List<Run> claimable, String agent) {
    Uni<Map<UUID, RunToken>> held = Uni.createFrom().item(new LinkedHashMap<UUID, RunToken>());
    for (Run run : claimable) {
      held =
          held.chain(tokensSoFar ->
              tokens
                  .issue(run, run.state().attempt(), agent)
                  .map(token -> {
                    tokensSoFar.put(run.key().uid(), token);
                    return tokensSoFar;
                  }));
    }
    return held;
  }

  private Uni<ClaimAnswer> grant(String agent, Map<UUID, Integer> asked, Map<UUID, RunToken> held) {
    Instant now = clock.instant();
    return transactions
        .in(connection -> grant(connection, agent, asked, held, now))
        .invoke(relay::nudge);
  }

  private Uni<ClaimAnswer> grant(
      SqlConnection connection,
      String agent,
      Map<UUID, Integer> asked,
      Map<UUID, RunToken> held,
      Instant now) {
    return runs.lock(connection, asked.keySet())
        .chain(locked -> {
          Map<UUID, Run> before = new LinkedHashMap<>();
          locked.forEach(run -> before.put(run.key().uid(), run));
          List<Run> granted = new ArrayList<>();
          for (Run run : locked) {
            UUID uid = run.key().uid();
            RunTransition transition =
                RunStateMachine.apply(run.state(), new RunChange.Claim(attempt(asked, uid), agent));
            if (transition instanceof RunTransition.Moved moved && held.containsKey(uid)) {
              granted.add(RunProgress.moved(run, moved.to(), now));
            }
          }
          return write(connection, granted, agent, now)
              .map(offsets -> answer(asked, before, granted, offsets, held));
        });
  }

  private Uni<Map<UUID, Long>> write(
      SqlConnection connection, List<Run> granted, String agent, Instant now) {
    Uni<Map<UUID, Long>> offsets =
        runs.update(connection, granted)
            .chain(() ->
                outbox.append(
                    connection,
                    granted.stream().map(run -> announcements.started(run, agent, now)).toList()))
            .map(ignored -> new LinkedHashMap<UUID, Long>());
    for (Run run : granted) {
      UUID uid = run.key().uid();
      metrics.claimed(Duration.between(run.times().queued(), now));
      if (run.state().attempt() > 1) { // a first attempt's log begins at 0
        offsets =
            offsets.chain(known ->
                logs.begin(connection, uid)
                    .map(offset -> {
                      known.put(uid, offset);
                      return known;
                    }));
      }
    }
    return offsets;
  }

  private ClaimAnswer answer(
      Map<UUID, Integer> asked,
      Map<UUID, Run> before,
      List<Run> granted,
      Map<UUID, Long> offsets,
      Map<UUID, RunToken> held) {
    Map<UUID, Claim> claims = new LinkedHashMap<>();
    for (Run run : granted) {
      UUID uid = run.key().uid();
      RunToken token = java.util.Objects.requireNonNull(held.get(uid));
      claims.put(
          uid,
          new Claim(
              uid,
              "Claimed",
              (int) RunProgress.LEASE.toSeconds(),
              token.token(),
              specification(run, offsets.getOrDefault(uid, 0L))));
    }
    List<Claim> answer = new ArrayList<>();
    for (UUID uid : asked.keySet()) {
      Claim claim = claims.get(uid);
      answer.add(claim == null ? refused(uid, attempt(asked, uid), before.get(uid)) : claim);
    }
    return new ClaimAnswer(answer);
  }

  private static Claim refused(
      UUID uid, int attempt, @org.jspecify.annotations.Nullable Run before) {
    boolean taken =
        before != null
            && before.state().attempt() == attempt
            && !(before.state() instanceof RunState.Finished);
    return new Claim(uid, taken ? "Taken" : "Gone", 0, null, null);
  }

  private Specification specification(Run run, long logOffset) {
    Run.Key key = run.key();
    Run.Origin origin = run.origin();
    StoredSpec stored = read(run.spec());
    return new Specification(
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

  private StoredSpec read(String text) {
    try {
      return json.readValue(text, StoredSpec.class);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("specification of a run", impossible);
    }
  }

  private static int attempt(Map<UUID, Integer> asked, UUID uid) {
    return java.util.Objects.requireNonNull(asked.get(uid));
  }
}
