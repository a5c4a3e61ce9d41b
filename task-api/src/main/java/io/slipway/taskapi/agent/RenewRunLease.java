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
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
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
      insert into agent (name, pool, slots, busy, last_seen) values ($1, $2, $3, $4, $5)
      on conflict (name) do update
        set pool = $2, slots = $3, busy = $4, last_seen = $5\
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
        order by run.uid for no key update of run)
      update run set lease_until = $4 from held where run.uid = held.uid
      returning run.uid, run.attempt, run.cancel_requested, run.token_renew_at\
      """;

  private final Transactions transactions;
  private final RunRepository runs;
  private final RunTokens tokens;
  private final InstantSource clock;

  RenewRunLease(
      Transactions transactions, RunRepository runs, RunTokens tokens, InstantSource clock) {
    this.transactions = transactions;
    this.runs = runs;
    this.tokens = tokens;
    this.clock = clock;
  }

  private record Held(boolean cancel, boolean tokenDue) {}

  /** Extends the leases that the agent still holds. */
  public Uni<HeartbeatAnswer> renew(HeartbeatRequest request) {
    Instant now = clock.instant();
    return transactions
        .in(connection ->
            seen(connection, request, now).chain(() -> held(connection, request, now)))
        .chain(held ->
            freshTokens(request.agent(), held, now).map(fresh -> answer(request, held, fresh)));
  }

  private Uni<Void> seen(SqlConnection connection, HeartbeatRequest request, Instant now) {
    return connection
        .preparedQuery(SEEN)
        .execute(
            Sql.values(
                request.agent(),
                AgentResource.pool(request.pool()),
                request.slots(),
                request.runs().size(),
                now))
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
        .execute(Sql.values(uids, attempts, request.agent(), now.plus(RunProgress.LEASE)))
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
        .reading(connection -> runs.find(connection, due))
        .chain(found -> freshTokens(agent, found))
        .call(fresh -> remember(fresh, now))
        .onFailure(Upstream.class)
        .recoverWithItem(
            // The old token is good for as long again; the next heartbeat tries once more.
            failure -> {
              Log.warnf("No new run tokens for %s: %s", agent, failure.getMessage());
              return Map.of();
            });
  }

  private Uni<Map<UUID, String>> freshTokens(String agent, List<Run> due) {
    Map<UUID, String> fresh = new HashMap<>();
    return InTurn.each(
            due,
            run ->
                tokens
                    .issue(run, run.state().attempt(), agent)
                    .invoke(token -> fresh.put(run.key().uid(), token.token()))
                    .replaceWithVoid())
        .replaceWith(fresh);
  }

  private Uni<Void> remember(Map<UUID, String> fresh, Instant now) {
    return transactions.in(connection ->
        connection
            .preparedQuery("update run set token_renew_at = $2 where uid = any($1)")
            .execute(
                Sql.values(fresh.keySet().toArray(UUID[]::new), now.plus(RunProgress.RENEW_TOKEN)))
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
