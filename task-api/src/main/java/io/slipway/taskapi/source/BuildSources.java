package io.slipway.taskapi.source;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.source.blob.SourcePath;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.TimeOrderedId;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Which sources there are, as the ledger has it; the bytes are in {@link SourceFiles}. */
@ApplicationScoped
public class BuildSources {
  /** How long a source stays that no run works on. */
  static final Duration KEPT = Duration.ofHours(24);

  private static final int RETRY_SECONDS = 600;

  private final Transactions transactions;
  private final InstantSource clock;
  private final long mostOfRegistry;

  BuildSources(
      Transactions transactions,
      InstantSource clock,
      @ConfigProperty(name = "slipway.source.max-per-registry", defaultValue = "10000")
          long mostOfRegistry) {
    this.transactions = transactions;
    this.clock = clock;
    this.mostOfRegistry = mostOfRegistry;
  }

  /** What became of an upload. */
  enum Committed {
    /** The source is there. */
    DONE,
    /** There is no such source, or it no longer exists. */
    GONE,
    /** A run works on it, so it stays as it is. */
    IN_USE
  }

  /** A place for a new source; gives its path. Fails with 429 if the registry has too many. */
  public Uni<String> reserve(Registry registry) {
    Instant now = clock.instant();
    UUID id = TimeOrderedId.at(now);
    String path = SourcePath.of(id, now);
    return transactions
        .in(connection ->
            connection
                .preparedQuery(
                    "insert into build_source (id, registry_uid, relative_path, created_at,"
                        + " expires_at) select $1::uuid, $2::uuid, $3::text, $4::timestamptz,"
                        + " $5::timestamptz where $6::bigint >"
                        + " (select count(*) from build_source where registry_uid = $2)")
                .execute(Sql.values(id, registry.uid(), path, now, now.plus(KEPT), mostOfRegistry)))
        .map(inserted -> {
          if (inserted.rowCount() == 0) {
            throw ArmException.tooMany(
                ("Registry '%s' has %d uploads (slipway.source.max-per-registry); each goes after"
                        + " 24 hours. Try again later.")
                    .formatted(registry.name(), mostOfRegistry),
                RETRY_SECONDS);
          }
          return path;
        });
  }

  /** All sources of a registry. */
  Uni<List<UUID>> ofRegistry(String registry) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(
                "select s.id from build_source s join registry r on r.uid = s.registry_uid"
                    + " where r.name_key = lower($1)")
            .execute(Sql.values(registry))
            .map(rows -> {
              List<UUID> ids = new ArrayList<>();
              rows.forEach(row -> ids.add(row.getUUID("id")));
              return ids;
            }));
  }

  /** Whether a source may be written to. */
  Uni<Committed> check(UUID id, String registry, String relativePath) {
    return transactions.reading(connection ->
        connection
            .preparedQuery(
                "select exists (select 1 from run where build_source = s.id) as used"
                    + " from build_source s join registry r on r.uid = s.registry_uid"
                    + " where s.id = $1 and r.name_key = lower($2) and s.relative_path = $3"
                    + " and s.expires_at > $4")
            .execute(Sql.values(id, registry, relativePath, clock.instant()))
            .map(BuildSources::writable));
  }

  /**
   * Completes an upload: the bytes are put in place while the row is locked, so that no run begins
   * on a source that changes. If this service dies between the two, the source is incomplete and
   * the client repeats the upload.
   *
   * @param place puts the bytes in place; gives their number
   */
  Uni<Committed> commit(UUID id, Supplier<Uni<Long>> place) {
    return transactions.in(connection ->
        connection
            .preparedQuery(
                "select exists (select 1 from run where build_source = s.id) as used"
                    + " from build_source s where id = $1 for update")
            .execute(Sql.values(id))
            .map(BuildSources::writable)
            .chain(state ->
                state != Committed.DONE
                    ? Uni.createFrom().item(state)
                    : place
                        .get()
                        .chain(size ->
                            connection
                                .preparedQuery("update build_source set size = $2 where id = $1")
                                .execute(Sql.values(id, size)))
                        .replaceWith(state)));
  }

  /**
   * Whether a run of the registry may begin on this source; it cannot change before the end of the
   * transaction.
   */
  public Uni<Boolean> lockComplete(SqlConnection connection, UUID id, UUID registryUid) {
    return connection
        .preparedQuery(
            "select id from build_source where id = $1 and registry_uid = $2"
                + " and size is not null and expires_at > $3 for share")
        .execute(Sql.values(id, registryUid, clock.instant()))
        .map(rows -> rows.size() == 1);
  }

  /** Forgets sources that are past their time and that no run needs. */
  Uni<Void> forgetExpired() {
    return transactions
        .in(connection ->
            connection
                .preparedQuery(
                    "delete from build_source s where expires_at < $1 and not exists"
                        + " (select 1 from run where build_source = s.id"
                        + " and status in ('Queued', 'Started', 'Running'))")
                .execute(Sql.values(clock.instant())))
        .replaceWithVoid();
  }

  /** The ids that are known, of those given. */
  Uni<Set<UUID>> existing(Collection<UUID> ids) {
    return transactions.reading(connection ->
        connection
            .preparedQuery("select id from build_source where id = any($1)")
            .execute(Sql.values((Object) ids.toArray(UUID[]::new)))
            .map(rows -> {
              Set<UUID> found = new HashSet<>();
              rows.forEach(row -> found.add(row.getUUID("id")));
              return found;
            }));
  }

  private static Committed writable(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return Committed.GONE;
    }
    return rows.iterator().next().getBoolean("used") ? Committed.IN_USE : Committed.DONE;
  }
}
