package io.slipway.taskapi.agent;

import io.slipway.taskapi.run.StoredSpec;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunProgress;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The statements of a claim: what is to be executed, and the rows of the runs as they are owned.
 */
@ApplicationScoped
class GrantRuns {
  /** Specifications in one answer; together with the answer they are in memory at once. */
  private static final int MOST_BYTES = 8 * 1024 * 1024;

  // The first one is always among them. What is left out is not read from the disk either. Runs of
  // a deleted registry come without a specification: none of them is begun any more.
  private static final String SPECS =
      """
      select uid, spec
      from (
        select uid, spec, coalesce(octet_length(spec), 0) as own,
          coalesce(sum(octet_length(spec)) over (order by uid), 0) as so_far
        from (
          select run.uid, case when registry.deleted_at is null then spec end as spec
          from run join registry on registry.uid = run.registry_uid
          where run.uid = any($1)) alive) sized
      where so_far - own < $2\
      """;
  // The lease begins by the database's clock, which also ends it.
  private static final String GRANT =
      """
      update run set
        status = 'Started', agent = $2, incarnation = $3, holder = $8, token_hash = c.hash, rights = c.rights,
        events_signed = c.signed,
        lease_until = clock_timestamp() + $4 * interval '1 second',
        started_at = coalesce(run.started_at, $5), updated_at = $5
      from unnest($1::uuid[], $6::text[], $7::text[], $9::boolean[])
        as c (uid, hash, rights, signed)
      where run.uid = c.uid\
      """;

  private final JsonText json;

  GrantRuns(JsonText json) {
    this.json = json;
  }

  /**
   * Specifications of the runs, as JSON; those that would be too much for one answer are left out.
   * The runs of a deleted registry are there with null.
   */
  Uni<Map<UUID, @Nullable String>> specs(SqlConnection connection, Collection<UUID> uids) {
    if (uids.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery(SPECS)
        .execute(Sql.values(uids.toArray(UUID[]::new), MOST_BYTES))
        .map(rows -> {
          Map<UUID, @Nullable String> specs = new HashMap<>();
          rows.forEach(row -> specs.put(row.getUUID("uid"), row.getString("spec")));
          return specs;
        });
  }

  /** Reads a specification; fails if this version cannot. */
  StoredSpec read(String spec) {
    return json.read(spec, StoredSpec.class);
  }

  /**
   * Writes that the owner has the runs, all in one statement.
   *
   * @param holder hash of the secret with which their tokens must be shown
   */
  Uni<Void> grant(
      SqlConnection connection,
      Collection<Granted> granted,
      RunOwner owner,
      @Nullable String holder,
      Instant now) {
    if (granted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(GRANT)
        .execute(
            Sql.values(
                granted.stream().map(one -> one.run().key().uid()).toArray(UUID[]::new),
                owner.agent(),
                owner.incarnation(),
                RunProgress.LEASE.toSeconds(),
                now,
                granted.stream().map(one -> RunToken.hash(one.token())).toArray(String[]::new),
                granted.stream()
                    .map(one -> json.write(RunRights.of(one.spec())))
                    .toArray(String[]::new),
                holder,
                granted.stream().map(one -> one.eventKey() != null).toArray(Boolean[]::new)))
        .replaceWithVoid();
  }
}
