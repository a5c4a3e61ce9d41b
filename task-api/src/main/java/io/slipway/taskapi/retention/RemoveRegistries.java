package io.slipway.taskapi.retention;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.cleanup.Cleanup;
import io.slipway.taskapi.cleanup.Cleanups;
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
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Takes away what hangs on deleted registries. Their agents are told to end what they execute, runs
 * that wait are deleted at once, those that are over in pieces; the registry's row goes last.
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
  private static final String WAITING =
      """
      delete from run where uid in (
        select uid from run where registry_uid = $1 and finished_at is null and status = 'Queued'
        order by uid limit 500 for update skip locked)
      returning uid, own_credentials as owner\
      """;
  private static final String TASKS =
      """
      delete from task where uid in (
        select uid from task where registry_uid = $1 order by uid limit 200 for update skip locked)
      returning uid, true as owner\
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
        and not exists (select 1 from task where registry_uid = $1)\
      """;

  private final Transactions transactions;
  private final Pieces pieces;
  private final DeleteRuns deleteRuns;
  private final Cleanups cleanups;

  RemoveRegistries(
      Transactions transactions, Pieces pieces, DeleteRuns deleteRuns, Cleanups cleanups) {
    this.transactions = transactions;
    this.pieces = pieces;
    this.deleteRuns = deleteRuns;
    this.cleanups = cleanups;
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
        .chain(() -> pieces.untilDone(connection -> owners(connection, WAITING, registry)))
        .chain(() -> pieces.untilDone(connection -> owners(connection, TASKS, registry)));
  }

  private Uni<Void> remove(UUID registry) {
    return runs(registry)
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

  private Uni<Void> runs(UUID registry) {
    return InTurn.whilst(() ->
        uids(OVER, Sql.values(registry))
            .chain(over -> deleteRuns.delete(over, true))
            .map(deleted -> deleted > 0));
  }

  private Uni<List<UUID>> uids(String query, Tuple values) {
    return transactions.reading(
        connection -> connection.preparedQuery(query).execute(values).map(RemoveRegistries::uids));
  }

  /** Deletes rows and remembers what the broker is to forget of them. */
  private Uni<Integer> owners(SqlConnection connection, String statement, UUID registry) {
    return connection
        .preparedQuery(statement)
        .execute(Sql.values(registry))
        .call(rows -> cleanups.add(connection, gone(rows)))
        .map(RowSet::rowCount);
  }

  private static List<Cleanup> gone(RowSet<Row> rows) {
    List<Cleanup> gone = new ArrayList<>();
    for (Row row : rows) {
      if (row.getBoolean("owner")) {
        gone.add(Cleanup.goneOwner(row.getUUID("uid")));
      }
    }
    return gone;
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
