package io.slipway.taskapi.cleanup;

import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What other services still hold for something that is gone. */
@ApplicationScoped
public class Cleanups {
  /** Longer than a call to another service may take: nobody tells the same thing meanwhile. */
  private static final Duration CLAIM = Duration.ofMinutes(1);

  private static final int LONGEST_REASON = 500;

  private static final String INSERT =
      "insert into pending_cleanup (resource_key, action, target, owner, attempts, due_at)"
          + " values ($1, $2, $3, $4, 0, $5)";

  /** Parameters: actions, now, end of the claim. */
  private static final String CLAIM_DUE =
      """
      update pending_cleanup set claimed_until = $3 where id in (
        select id from pending_cleanup
        where action = any($1) and set_aside_at is null and due_at <= $2
          and (claimed_until is null or claimed_until < $2)
        order by due_at limit %d for update skip locked)
      returning *\
      """;

  /** A resource, all below it, and a registry of its name in whatever group. */
  private static final String OF =
      """
      (resource_key = $1
        or (resource_key ~>=~ ($1 || '/') and resource_key ~<~ ($1 || '0'))
        or (action = 'CLOSE_REGISTRY' and lower(target) = $2))\
      """;

  private static final String CLAIM_OF =
      """
      update pending_cleanup set claimed_until = $4 where id in (
        select id from pending_cleanup where %s and (claimed_until is null or claimed_until < $3)
        order by id for update skip locked)
      returning *\
      """
          .formatted(OF);

  private final InstantSource clock;

  Cleanups(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * One that was claimed.
   *
   * @param resourceKey ARM id of what is gone, in lower case
   * @param attempts how often it has failed
   * @param refused how often of these a repetition could not help
   */
  record Pending(
      long id,
      String resourceKey,
      Cleanup.Action action,
      String target,
      @Nullable UUID owner,
      int attempts,
      int refused) {}

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
                            cleanup.owner(),
                            due))
                    .toList())
            .replaceWithVoid();
  }

  /** Claims those that are due; those that are claimed by another instance are left out. */
  Uni<List<Pending>> claimDue(SqlConnection connection, Cleanup.Target target, int most) {
    Instant now = clock.instant();
    String[] actions = target.actions().stream().map(Enum::name).toArray(String[]::new);
    return connection
        .preparedQuery(CLAIM_DUE.formatted(most))
        .execute(Sql.values(actions, now, now.plus(CLAIM)))
        .map(Cleanups::pending);
  }

  /**
   * Claims those of a resource and of all below it, due or not, set aside or not.
   *
   * @param registry name of the registry that the resource is, in lower case; else empty
   */
  Uni<List<Pending>> claimOf(SqlConnection connection, String resourceId, String registry) {
    Instant now = clock.instant();
    return connection
        .preparedQuery(CLAIM_OF)
        .execute(Sql.values(key(resourceId), registry, now, now.plus(CLAIM)))
        .map(Cleanups::pending);
  }

  /** Whether somebody is at work on one of a resource or of what was below it. */
  Uni<Boolean> isClaimed(SqlConnection connection, String resourceId, String registry) {
    return connection
        .preparedQuery(
            "select exists (select 1 from pending_cleanup where "
                + OF
                + " and claimed_until >= $3) as claimed")
        .execute(Sql.values(key(resourceId), registry, clock.instant()))
        .map(rows -> rows.iterator().next().getBoolean("claimed"));
  }

  /** Whether there is a run with this uid that is not over. */
  Uni<Boolean> isRunning(SqlConnection connection, UUID run) {
    return connection
        .preparedQuery(
            "select exists (select 1 from run where uid = $1 and finished_at is null) as running")
        .execute(Sql.values(run))
        .map(rows -> rows.iterator().next().getBoolean("running"));
  }

  /** Whether another registry has this login server now. */
  Uni<Boolean> hasSuccessor(SqlConnection connection, Pending audience) {
    return connection
        .preparedQuery(
            "select exists (select 1 from registry where login_server = $1"
                + " and uid is distinct from $2) as taken")
        .execute(Sql.values(audience.target(), audience.owner()))
        .map(rows -> rows.iterator().next().getBoolean("taken"));
  }

  /** Whether there is another registry with the ARM id of this one. */
  Uni<Boolean> isThereAgain(SqlConnection connection, Pending registry) {
    String[] id = registry.resourceKey().split("/");
    return connection
        .preparedQuery(
            "select exists (select 1 from registry where name_key = $1 and group_key = $2"
                + " and uid <> $3) as there")
        .execute(Sql.values(id[id.length - 1], id[4], registry.owner()))
        .map(rows -> rows.iterator().next().getBoolean("there"));
  }

  /** Whether another registry of this name is complete. */
  Uni<Boolean> hasNamesake(SqlConnection connection, Pending closed) {
    return connection
        .preparedQuery(
            "select exists (select 1 from registry where name_key = lower($1)"
                + " and state = 'Succeeded' and uid is distinct from $2) as taken")
        .execute(Sql.values(closed.target(), closed.owner()))
        .map(rows -> rows.iterator().next().getBoolean("taken"));
  }

  Uni<Void> delete(SqlConnection connection, List<Pending> done) {
    return done.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery("delete from pending_cleanup where id = any($1)")
            .execute(Sql.values((Object) ids(done)))
            .replaceWithVoid();
  }

  /** Gives up the claim; it is due at that time. */
  Uni<Void> postpone(SqlConnection connection, Pending failed, boolean refused, Instant due) {
    return connection
        .preparedQuery(
            "update pending_cleanup set attempts = attempts + 1, refused = refused + $3,"
                + " due_at = $2, claimed_until = null where id = $1")
        .execute(Sql.values(failed.id(), due, refused ? 1 : 0))
        .replaceWithVoid();
  }

  /** Keeps it for people to look at; nobody tells it again but a PUT of the same resource. */
  Uni<Void> setAside(SqlConnection connection, Pending failed, String reason) {
    String cut = reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    return connection
        .preparedQuery(
            "update pending_cleanup set set_aside_at = $2, reason = $3, claimed_until = null"
                + " where id = $1")
        .execute(Sql.values(failed.id(), clock.instant(), cut.replace("\0", "")))
        .replaceWithVoid();
  }

  /** Whether anything is still to be told of a resource or of what was below it. */
  public Uni<Boolean> isPending(SqlConnection connection, String resourceId) {
    return connection
        .preparedQuery(
            "select exists (select 1 from pending_cleanup where "
                + OF
                + " and set_aside_at is null) as pending")
        .execute(Sql.values(key(resourceId), ""))
        .map(rows -> rows.iterator().next().getBoolean("pending"));
  }

  private static Long[] ids(List<Pending> pending) {
    return pending.stream().map(Pending::id).toArray(Long[]::new);
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
                row.getString("resource_key"),
                Cleanup.Action.valueOf(row.getString("action")),
                row.getString("target"),
                row.getUUID("owner"),
                row.getInteger("attempts"),
                row.getInteger("refused"))));
    return pending;
  }
}
