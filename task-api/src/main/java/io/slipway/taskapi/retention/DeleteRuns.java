package io.slipway.taskapi.retention;

import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Deletes runs that are over with their logs: the pieces of the logs first, some megabytes at a
 * time, then the rows. Who reads such a log meanwhile finds it shorter, then gone.
 */
@ApplicationScoped
class DeleteRuns {
  /** A piece of a log has 256 KiB at most. */
  private static final String CHUNKS =
      """
      delete from log_chunk where (run_uid, start_offset) in (
        select run_uid, start_offset from log_chunk where run_uid = any($1) limit 100)\
      """;

  private static final String IMAGES =
      """
      delete from run_image using run
      where run.uid = any($1) and run_image.registry_uid = run.registry_uid
        and run_image.number = run.number\
      """;

  private static final String LOGS = "delete from run_log where run_uid = any($1)";
  private static final String RUNS = "delete from run where uid = any($1)";

  /** Somebody may have archived one in the meantime. */
  private static final String STILL_OVER =
      """
      select uid from run where uid = any($1) and finished_at is not null and ($2 or not archived)
      order by uid for update skip locked\
      """;

  private final Pieces pieces;

  DeleteRuns(Pieces pieces) {
    this.pieces = pieces;
  }

  /**
   * Deletes the runs; their number is to be small.
   *
   * @param evenArchived whether those that are kept for good go too
   * @return how many there were to delete
   */
  Uni<Integer> delete(List<UUID> uids, boolean evenArchived) {
    if (uids.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return pieces
        .untilDone(connection -> execute(connection, CHUNKS, uids))
        .chain(() ->
            pieces.one(connection ->
                connection
                    .preparedQuery(STILL_OVER)
                    .execute(Sql.values(uids.toArray(UUID[]::new), evenArchived))
                    .chain(rows -> {
                      List<UUID> over = new ArrayList<>(rows.size());
                      rows.forEach(row -> over.add(row.getUUID("uid")));
                      return execute(connection, IMAGES, over)
                          .chain(() -> execute(connection, LOGS, over))
                          .chain(() -> execute(connection, RUNS, over));
                    })));
  }

  private static Uni<Integer> execute(SqlConnection connection, String statement, List<UUID> uids) {
    return connection
        .preparedQuery(statement)
        .execute(Sql.values((Object) uids.toArray(UUID[]::new)))
        .map(RowSet::rowCount);
  }
}
