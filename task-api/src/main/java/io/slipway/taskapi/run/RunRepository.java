package io.slipway.taskapi.run;

import io.slipway.taskapi.run.course.Run;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Queries over runs. Rows are always locked in the order of their uid, so that none deadlock. */
@ApplicationScoped
public class RunRepository {
  private final RunRows rows;
  private final String columns;
  private final String lock;
  private final String find;

  RunRepository(RunRows rows) {
    this.rows = rows;
    this.columns = rows.columns("");
    this.lock =
        "select %s from run where uid = any($1) order by uid for no key update".formatted(columns);
    this.find = "select %s from run where uid = any($1)".formatted(columns);
  }

  /**
   * Writes new runs.
   *
   * @param spec what an agent is to execute, as JSON without secrets
   * @param published when the agents are told of a run, or null if it waits in the backlog
   */
  Uni<Void> insert(
      SqlConnection connection,
      List<Run> runs,
      Function<Run, String> spec,
      Function<Run, @Nullable Instant> published) {
    return runs.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(rows.insert())
            .executeBatch(
                runs.stream()
                    .map(run -> rows.insertValues(run, spec.apply(run), published.apply(run)))
                    .toList())
            .replaceWithVoid();
  }

  /** Writes what may change of the runs, in one statement. */
  public Uni<Void> update(SqlConnection connection, Collection<Run> runs) {
    return runs.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(rows.update())
            .execute(Sql.values(rows.updateValue(runs)))
            .replaceWithVoid();
  }

  /** The runs with these uids that exist, locked for a change. */
  public Uni<List<Run>> lock(SqlConnection connection, Collection<UUID> uids) {
    return list(connection, lock, (Object) uids.toArray(UUID[]::new));
  }

  /** The runs with these uids that exist. */
  public Uni<List<Run>> find(SqlConnection connection, Collection<UUID> uids) {
    return list(connection, find, (Object) uids.toArray(UUID[]::new));
  }

  /** The run with this id in a registry, or an empty list; ids are compared in any case. */
  public Uni<List<Run>> findById(SqlConnection connection, UUID registryUid, String runId) {
    return list(
        connection,
        "select %s from run where registry_uid = $1 and run_id = lower($2)".formatted(columns()),
        registryUid,
        runId);
  }

  /**
   * Those of the runs whose lease is still over, locked; those that others hold are left out, for
   * example because a heartbeat renews them.
   *
   * @param latest those whose lease was renewed, and is over after this time, are left out
   */
  public Uni<List<Run>> lockExpired(
      SqlConnection connection, Collection<UUID> uids, Instant latest) {
    return list(
        connection,
        """
        select %s from run
        where uid = any($1) and status in ('Started', 'Running')
          and lease_until < clock_timestamp() and lease_until <= $2
        order by uid for no key update skip locked\
        """
            .formatted(columns()),
        uids.toArray(UUID[]::new),
        latest);
  }

  /**
   * Runs that wait since before the given time, locked; those that others hold are left out. It
   * goes along the index of runs that are not over.
   */
  public Uni<List<Run>> lockWaitingSince(SqlConnection connection, Instant before, int most) {
    return list(
        connection,
        """
        select %s from run where finished_at is null and status = 'Queued' and queued_at < $1
        order by queued_at limit $2 for no key update skip locked\
        """
            .formatted(columns()),
        before,
        most);
  }

  /** What a query must select, so that {@link #list} can read it. */
  public String columns() {
    return columns;
  }

  /**
   * The same with a prefix before each name.
   *
   * @param prefix for example {@code "run."}
   */
  public String columns(String prefix) {
    return rows.columns(prefix);
  }

  /** The run in a row that has the {@link #columns()}. */
  public Run listed(Row row) {
    return rows.run(row);
  }

  /** Any selection of {@link #columns()}. */
  public Uni<List<Run>> list(SqlConnection connection, String query, Object... values) {
    return connection.preparedQuery(query).execute(Sql.values(values)).map(this::runs);
  }

  private List<Run> runs(RowSet<Row> found) {
    List<Run> runs = new ArrayList<>(found.size());
    found.forEach(row -> runs.add(rows.run(row)));
    return runs;
  }
}
