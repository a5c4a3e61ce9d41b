package io.slipway.taskapi.run;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.run.history.HistoryQuery;
import io.slipway.taskapi.run.history.HistoryQuery.Past;
import io.slipway.taskapi.run.history.HistoryQuery.Statement;
import io.slipway.taskapi.run.history.Position;
import io.slipway.taskapi.store.QueryPool;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What people ask of runs. Lists go along an index from the newest back, a page at a time. */
@ApplicationScoped
public class RunQueries {
  private final Transactions transactions;
  private final QueryPool queries;
  private final RunRepository runs;
  private final InstantSource clock;

  RunQueries(
      Transactions transactions, QueryPool queries, RunRepository runs, InstantSource clock) {
    this.transactions = transactions;
    this.queries = queries;
    this.runs = runs;
    this.clock = clock;
  }

  /** The run with this id, without its specification; fails with 404. */
  public Uni<Run> get(Registry registry, String runId) {
    return listed("registry_uid = $1 and run_id = lower($2)", registry.uid(), runId)
        .map(found -> one(registry, runId, found));
  }

  /** The runs with these uids that exist, without their specifications. */
  public Uni<List<Run>> find(List<UUID> uids) {
    return uids.isEmpty()
        ? Uni.createFrom().item(List.of())
        : listed("uid = any($1)", (Object) uids.toArray(UUID[]::new));
  }

  /**
   * Runs of a registry without their specifications, newest first, without imports, which clients
   * follow as operations.
   *
   * @param filter {@code $filter}, or null
   * @param before where the page before ended
   * @param most how many
   */
  public Uni<RunPage> list(Registry registry, @Nullable String filter, Position before, int most) {
    HistoryQuery query = HistoryQuery.of(registry.uid(), filter, before, most, runs.columns());
    // Those that are not over first: one that ends in between is found twice rather than not at
    // all.
    return timely(
        queries.reading(connection ->
            query
                .live()
                .map(live -> execute(connection, live).map(this::runs))
                .orElseGet(() -> Uni.createFrom().item(List.of()))
                .chain(live -> past(connection, query.past(), live, most))));
  }

  private Uni<RunPage> past(SqlConnection connection, Past past, List<Run> live, int most) {
    return execute(connection, past.statement())
        .map(rows -> {
          Row first = rows.iterator().next();
          Position stop =
              first.getInteger("examined") < past.limit()
                  ? null
                  : new Position(Sql.timeOrNull(first, "stop_at"), first.getLong("stop_number"));
          return RunPage.of(runs(rows), stop, live, past.order(), most);
        });
  }

  /** Keeps a run for good, or no longer; fails with 404 if it was deleted meanwhile. */
  public Uni<Run> archive(Registry registry, Run run, boolean archived) {
    return transactions
        .in(connection ->
            runs.list(
                connection,
                "update run set archived = $2, updated_at = $3 where uid = $1 returning "
                    + runs.columns(),
                run.key().uid(),
                archived,
                clock.instant()))
        .map(found -> one(registry, run.key().runId(), found));
  }

  private Uni<List<Run>> listed(String where, Object... values) {
    String query = "select " + runs.columns() + " from run where " + where;
    return timely(queries.reading(connection -> runs.list(connection, query, values)));
  }

  private static <T> Uni<T> timely(Uni<T> query) {
    return query
        .onFailure(QueryPool::tookTooLong)
        .transform(slow ->
            ArmException.of(
                504,
                "QueryTimedOut",
                "The query took too long and was ended. Ask for fewer runs with $top, or for"
                    + " others with $filter."));
  }

  private static Uni<RowSet<Row>> execute(SqlConnection connection, Statement statement) {
    return connection
        .preparedQuery(statement.sql())
        .execute(Sql.values(statement.values().toArray()));
  }

  private List<Run> runs(RowSet<Row> rows) {
    return rows.stream().filter(row -> row.getUUID("uid") != null).map(runs::listed).toList();
  }

  private static Run one(Registry registry, String runId, List<Run> found) {
    if (found.isEmpty()) {
      throw ArmException.of(
          404,
          "RunNotFound",
          "The run '%s' was not found in registry '%s'.".formatted(runId, registry.name()));
    }
    return found.getFirst();
  }
}
