package io.slipway.taskapi.agent;

import io.quarkus.logging.Log;
import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.HeldRun;
import io.slipway.contract.agent.LeaseState;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An agent's heartbeat: extends the leases of all its runs in one statement and says which of them
 * it is to cancel and which it has lost. A lease that is over but was not given to another agent
 * may still be extended: the ledger itself may have been away.
 */
@ApplicationScoped
public class RenewRunLease {
  private static final String SEEN =
      """
      insert into agent (name, pool, slots, busy, incarnation, platform, draining, last_seen)
      values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp())
      on conflict (name) do update
        set pool = $2, slots = $3, busy = $4, incarnation = $5, platform = $6, draining = $7,
          last_seen = clock_timestamp()\
      """;
  // The rows are locked in the order of their uid, as everywhere, so that two heartbeats, or one
  // and the reaper, never wait for one another in a circle.
  private static final String RENEW =
      """
      with held as (
        select run.uid
        from run join unnest($1::uuid[], $2::int[]) as asked (uid, attempt)
          on run.uid = asked.uid and run.attempt = asked.attempt
        where run.status in ('Started', 'Running') and run.agent = $3
          and (run.incarnation is null or run.incarnation = $4)
        order by run.uid for no key update of run)
      update run set lease_until = clock_timestamp() + $5 * interval '1 second'
      from held where run.uid = held.uid
      returning run.uid, run.attempt, run.cancel_requested, run.token_renew_at\
      """;

  private final LeaseTransactions transactions;
  private final RunRepository runs;
  private final GrantRuns grants;
  private final RunTokens tokens;
  private final InstantSource clock;

  RenewRunLease(
      LeaseTransactions transactions,
      RunRepository runs,
      GrantRuns grants,
      RunTokens tokens,
      InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.grants = grants;
    this.tokens = tokens;
    this.clock = clock;
  }

  private record Held(boolean cancel, boolean tokenDue) {}

  /** Extends the leases that the agent still holds. */
  public Uni<HeartbeatAnswer> renew(HeartbeatRequest request) {
    Instant now = clock.instant();
    return transactions
        .in(connection -> seen(connection, request).chain(() -> held(connection, request, now)))
        .chain(held ->
            freshTokens(request.agent(), held, now).map(fresh -> answer(request, held, fresh)));
  }

  private Uni<Void> seen(SqlConnection connection, HeartbeatRequest request) {
    return connection
        .preparedQuery(SEEN)
        .execute(
            Sql.values(
                request.agent(),
                AgentResource.pool(request.pool()),
                request.slots(),
                request.runs().size(),
                request.incarnation(),
                request.platform(),
                request.draining()))
        .replaceWithVoid();
  }

  private Uni<Map<UUID, Held>> held(
      SqlConnection connection, HeartbeatRequest request, Instant now) {
    if (request.runs().isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    UUID[] uids = request.runs().stream().map(RunAttempt::runUid).toArray(UUID[]::new);
    Integer[] attempts = request.runs().stream().map(RunAttempt::attempt).toArray(Integer[]::new);
    return connection
        .preparedQuery(RENEW)
        .execute(
            Sql.values(
                uids,
                attempts,
                request.agent(),
                request.incarnation(),
                RunProgress.LEASE.toSeconds()))
        .map(rows -> {
          Map<UUID, Held> held = new HashMap<>();
          rows.forEach(row -> held.put(row.getUUID("uid"), held(row, now)));
          return held;
        });
  }

  private static Held held(Row row, Instant now) {
    Instant renewAt = Sql.timeOrNull(row, "token_renew_at");
    return new Held(row.getBoolean("cancel_requested"), renewAt == null || !renewAt.isAfter(now));
  }

  private Uni<Map<UUID, String>> freshTokens(String agent, Map<UUID, Held> held, Instant now) {
    List<UUID> due =
        held.entrySet().stream()
            .filter(entry -> entry.getValue().tokenDue())
            .map(Map.Entry::getKey)
            .toList();
    if (due.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return transactions
        .reading(connection ->
            runs.find(connection, due)
                .chain(found ->
                    grants.specs(connection, due).map(specs -> Map.entry(byUid(found), specs))))
        .chain(found -> tokens.issue(found.getKey(), found.getValue(), agent))
        .call(fresh -> remember(fresh, now))
        .onFailure(Upstream.class)
        .recoverWithItem(
            // The old token is good for as long again; the next heartbeat tries once more.
            failure -> {
              Log.warnf("No new run tokens for %s: %s", agent, failure.getMessage());
              return Map.of();
            });
  }

  private static Map<UUID, Run> byUid(List<Run> runs) {
    Map<UUID, Run> byUid = new HashMap<>();
    runs.forEach(run -> byUid.put(run.key().uid(), run));
    return byUid;
  }

  private Uni<Void> remember(Map<UUID, String> fresh, Instant now) {
    UUID[] uids = fresh.keySet().toArray(UUID[]::new);
    String[] hashes = fresh.values().stream().map(RunToken::hash).toArray(String[]::new);
    return transactions.in(connection ->
        connection
            .preparedQuery(
                "update run set token_renew_at = $3, token_hash = c.hash"
                    + " from unnest($1::uuid[], $2::text[]) as c (uid, hash)"
                    + " where run.uid = c.uid")
            .execute(Sql.values(uids, hashes, now.plus(RunProgress.RENEW_TOKEN)))
            .replaceWithVoid());
  }

  private static HeartbeatAnswer answer(
      HeartbeatRequest request, Map<UUID, Held> held, Map<UUID, String> fresh) {
    List<HeldRun> leases = new ArrayList<>();
    for (RunAttempt run : request.runs()) {
      Held lease = held.get(run.runUid());
      LeaseState state =
          lease == null ? LeaseState.LOST : lease.cancel() ? LeaseState.CANCEL : LeaseState.HELD;
      leases.add(new HeldRun(run.runUid(), run.attempt(), state, fresh.get(run.runUid())));
    }
    return new HeartbeatAnswer((int) RunProgress.LEASE.toSeconds(), leases);
  }
}
