package io.slipway.taskapi.retention;

import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.FailureClass;
import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
import io.slipway.taskapi.run.EndRun;
import io.slipway.taskapi.run.RunRepository;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.course.RunState;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Takes away what hangs on deleted registries. Their agents are told to end what they execute, runs
 * that wait are canceled, which whoever follows their events learns, and those that are over are
 * deleted in pieces; the registry's row goes last.
 */
@ApplicationScoped
public class RemoveRegistries {
  private static final String DELETED =
      "select uid from registry where deleted_at is not null order by deleted_at limit 100";
  private static final String CANCEL =
      """
      update run set cancel_requested = true where uid in (
        select uid from run where registry_uid = $1 and finished_at is null
          and status in ('Started', 'Running') and not cancel_requested
        order by uid limit 200 for no key update skip locked)\
      """;
  // Each is an event: while so many wait for Kafka the rest is left to the next sweep.
  private static final String WAITING =
      """
      select %s from run
      where registry_uid = $1 and finished_at is null and status = 'Queued'
        and (select count(*) from (select 1 from outbox limit 2000) waiting) < 2000
      order by uid limit 100 for no key update of run skip locked\
      """;
  private static final String OWNERS =
      """
      delete from %1$s where uid in (
        select uid from %1$s where registry_uid = $1 order by uid limit 200 for update skip locked)
      returning uid\
      """;
  private static final String OVER =
      """
      select uid from run where registry_uid = $1 and finished_at is not null
      order by finished_at, number limit 200\
      """;

  /** Tables whose rows have no meaning of their own; uploaded files go when their row is gone. */
  private static final List<String> REST =
      List.of("task_run", "build_source", "image_tag", "run_request", "run_image");

  private static final String PART =
      """
      delete from %1$s where ctid = any(array(
        select ctid from %1$s where registry_uid = $1 limit 1000))\
      """;

  /** Waits for writes under way that refer to the registry; later ones find that it is gone. */
  private static final String LOCK = "select 1 from registry where uid = $1 for update";

  private static final String REMOVE =
      """
      delete from registry where uid = $1 and deleted_at is not null
        and not exists (select 1 from run where registry_uid = $1)
        and not exists (select 1 from task where registry_uid = $1)
        and not exists (select 1 from webhook where registry_uid = $1)\
      """;

  private final Transactions transactions;
  private final Pieces pieces;
  private final DeleteRuns deleteRuns;
  private final RunRepository runs;
  private final EndRun endRun;
  private final Cleanups cleanups;
  private final InstantSource clock;

  RemoveRegistries(
      Transactions transactions,
      Pieces pieces,
      DeleteRuns deleteRuns,
      RunRepository runs,
      EndRun endRun,
      Cleanups cleanups,
      InstantSource clock) {
    this.transactions = transactions;
    this.pieces = pieces;
    this.deleteRuns = deleteRuns;
    this.runs = runs;
    this.endRun = endRun;
    this.cleanups = cleanups;
    this.clock = clock;
  }

  /** One sweep. A registry whose runs agents still execute is left to the next one. */
  @Scheduled(
      every = "${slipway.retention.deleted-every:2s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of(
        "The removal of registries",
        uids(DELETED, Sql.values())
            .chain(deleted ->
                // First what must not wait for the history of another registry.
                InTurn.each(deleted, one -> part(one, stop(one)))
                    .chain(() -> InTurn.each(deleted, one -> part(one, remove(one))))));
  }

  private static Uni<Void> part(UUID registry, Uni<Void> work) {
    return Sweep.part("The removal of registry " + registry, work);
  }

  private Uni<Void> stop(UUID registry) {
    return pieces
        .untilDone(connection -> execute(connection, CANCEL, registry))
        .chain(() -> pieces.untilDone(connection -> cancelWaiting(connection, registry)))
        .chain(() -> pieces.untilDone(connection -> owners(connection, "task", registry)))
        .chain(() -> pieces.untilDone(connection -> owners(connection, "webhook", registry)));
  }

  private Uni<Integer> cancelWaiting(SqlConnection connection, UUID registry) {
    return runs.list(connection, WAITING.formatted(runs.columns()), registry)
        .chain(waiting ->
            InTurn.each(waiting, run -> cancel(connection, run)).replaceWith(waiting.size()));
  }

  private Uni<Void> cancel(SqlConnection connection, Run run) {
    RunState.Finished to = new RunState.Finished(run.state().attempt(), RunOutcome.CANCELED);
    String why = "registry '" + run.key().registry() + "' was deleted";
    return endRun
        .end(connection, run, to, FailureClass.CANCELED, why, clock.instant())
        .replaceWithVoid();
  }

  private Uni<Void> remove(UUID registry) {
    return runsThatAreOver(registry)
        .chain(() ->
            InTurn.each(
                REST,
                table ->
                    pieces.untilDone(
                        connection -> execute(connection, PART.formatted(table), registry))))
        .chain(() ->
            pieces.one(connection ->
                execute(connection, LOCK, registry)
                    .chain(() -> execute(connection, REMOVE, registry))))
        .replaceWithVoid();
  }

  private Uni<Void> runsThatAreOver(UUID registry) {
    return InTurn.whilst(() ->
        uids(OVER, Sql.values(registry))
            .chain(over -> deleteRuns.delete(over, true))
            .map(deleted -> deleted > 0));
  }

  private Uni<List<UUID>> uids(String query, Tuple values) {
    return transactions.reading(
        connection -> connection.preparedQuery(query).execute(values).map(RemoveRegistries::uids));
  }

  /** Deletes tasks or webhooks and remembers what the broker is to forget of them. */
  private Uni<Integer> owners(SqlConnection connection, String table, UUID registry) {
    return connection
        .preparedQuery(OWNERS.formatted(table))
        .execute(Sql.values(registry))
        .call(
            rows -> cleanups.add(connection, uids(rows).stream().map(Cleanup::goneOwner).toList()))
        .map(RowSet::rowCount);
  }

  private static Uni<Integer> execute(SqlConnection connection, String statement, UUID registry) {
    return connection.preparedQuery(statement).execute(Sql.values(registry)).map(RowSet::rowCount);
  }

  private static List<UUID> uids(RowSet<Row> rows) {
    List<UUID> uids = new ArrayList<>(rows.size());
    rows.forEach(row -> uids.add(row.getUUID("uid")));
    return uids;
  }
}
