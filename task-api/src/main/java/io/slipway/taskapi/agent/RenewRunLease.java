package io.slipway.taskapi.agent;

import io.slipway.contract.agent.HeartbeatAnswer;
import io.slipway.contract.agent.HeartbeatRequest;
import io.slipway.contract.agent.HeldRun;
import io.slipway.contract.agent.LeaseState;
import io.slipway.contract.agent.RunAttempt;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
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
      returning run.uid, run.attempt, run.cancel_requested\
      """;

  private final LeaseTransactions transactions;

  RenewRunLease(LeaseTransactions transactions) {
    this.transactions = transactions;
  }

  /** Extends the leases that the agent still holds. */
  public Uni<HeartbeatAnswer> renew(HeartbeatRequest request) {
    return transactions
        .in(connection -> seen(connection, request).chain(() -> held(connection, request)))
        .map(held -> answer(request, held));
  }

  private Uni<Void> seen(SqlConnection connection, HeartbeatRequest request) {
    return connection
        .preparedQuery(SEEN)
        .execute(
            Sql.values(
                request.agent(),
                AgentResource.pool(request.pool()),
                request.slots(),
                busy(request),
                request.incarnation(),
                request.platform(),
                request.draining()))
        .replaceWithVoid();
  }

  /** An agent with more runs than a call may name sends several, each with all that it owns. */
  private static int busy(HeartbeatRequest request) {
    Integer all = request.busy();
    return all == null ? request.runs().size() : all;
  }

  /** For each run that is still the agent's, whether it is to be canceled. */
  private Uni<Map<UUID, Boolean>> held(SqlConnection connection, HeartbeatRequest request) {
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
          Map<UUID, Boolean> held = new HashMap<>();
          rows.forEach(row -> held.put(row.getUUID("uid"), row.getBoolean("cancel_requested")));
          return held;
        });
  }

  private static HeartbeatAnswer answer(HeartbeatRequest request, Map<UUID, Boolean> held) {
    List<HeldRun> leases = new ArrayList<>();
    for (RunAttempt run : request.runs()) {
      Boolean cancel = held.get(run.runUid());
      LeaseState state =
          cancel == null ? LeaseState.LOST : cancel ? LeaseState.CANCEL : LeaseState.HELD;
      leases.add(new HeldRun(run.runUid(), run.attempt(), state));
    }
    return new HeartbeatAnswer((int) RunProgress.LEASE.toSeconds(), leases);
  }
}
