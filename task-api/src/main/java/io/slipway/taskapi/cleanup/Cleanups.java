package io.slipway.taskapi.cleanup;

import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What other services still hold for something that is gone. */
@ApplicationScoped
public class Cleanups {
  private static final String INSERT =
      "insert into pending_cleanup (resource_key, action, target, attempts, due_at)"
          + " values ($1, $2, $3, 0, $4)";

  private final InstantSource clock;

  Cleanups(InstantSource clock) {
    this.clock = clock;
  }

  record Pending(long id, Cleanup.Action action, String target, int attempts) {}

  /** Remembers, in the caller's transaction, what is to be told as soon as possible. */
  public Uni<Void> add(SqlConnection connection, List<Cleanup> cleanups) {
    return add(connection, cleanups, clock.instant());
  }

  /** Remembers, in the caller's transaction, what is to be told at that time or later. */
  public Uni<Void> add(SqlConnection connection, List<Cleanup> cleanups, Instant due) {
    return cleanups.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(INSERT)
            .executeBatch(
                cleanups.stream()
                    .map(cleanup ->
                        Sql.values(
                            key(cleanup.resourceId()),
                            cleanup.action().name(),
                            cleanup.target(),
                            due))
                    .toList())
            .replaceWithVoid();
  }

  /** Those that are due, locked; those that another instance works on are left out. */
  Uni<List<Pending>> lockDue(SqlConnection connection, Instant now, int most) {
    return connection
        .preparedQuery(
            "select * from pending_cleanup where due_at <= $1 order by id limit $2"
                + " for update skip locked")
        .execute(Sql.values(now, most))
        .map(Cleanups::pending);
  }

  /**
   * Those of a resource and of all below it, locked; waits for those that another instance works
   * on.
   */
  Uni<List<Pending>> lockOf(SqlConnection connection, String resourceId) {
    return connection
        .preparedQuery(
            "select * from pending_cleanup where resource_key = $1"
                + " or starts_with(resource_key, $1 || '/') order by id for update")
        .execute(Sql.values(key(resourceId)))
        .map(Cleanups::pending);
  }

  /** Whether there is a run with this uid that is not over. */
  Uni<Boolean> isRunning(SqlConnection connection, UUID run) {
    return connection
        .preparedQuery(
            "select exists (select 1 from run where uid = $1"
                + " and status in ('Queued', 'Started', 'Running')) as running")
        .execute(Sql.values(run))
        .map(rows -> rows.iterator().next().getBoolean("running"));
  }

  Uni<Void> delete(SqlConnection connection, Pending done) {
    return connection
        .preparedQuery("delete from pending_cleanup where id = $1")
        .execute(Sql.values(done.id()))
        .replaceWithVoid();
  }

  Uni<Void> postpone(SqlConnection connection, Pending failed, Instant due) {
    return connection
        .preparedQuery(
            "update pending_cleanup set attempts = attempts + 1, due_at = $2 where id = $1")
        .execute(Sql.values(failed.id(), due))
        .replaceWithVoid();
  }

  /** Whether anything is left of a resource or of what was below it. */
  public Uni<Boolean> isPending(SqlConnection connection, String resourceId) {
    return connection
        .preparedQuery(
            "select exists (select 1 from pending_cleanup where resource_key = $1"
                + " or starts_with(resource_key, $1 || '/')) as pending")
        .execute(Sql.values(key(resourceId)))
        .map(rows -> rows.iterator().next().getBoolean("pending"));
  }

  private static String key(String resourceId) {
    return resourceId.toLowerCase(Locale.ROOT);
  }

  private static List<Pending> pending(Iterable<Row> rows) {
    List<Pending> pending = new ArrayList<>();
    rows.forEach(row ->
        pending.add(
            new Pending(
                row.getLong("id"),
                Cleanup.Action.valueOf(row.getString("action")),
                row.getString("target"),
                row.getInteger("attempts"))));
    return pending;
  }
}
