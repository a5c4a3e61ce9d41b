package io.slipway.taskapi.run;

import io.slipway.taskapi.run.ScheduleRun.Asked;
import io.slipway.taskapi.run.ScheduleRun.Idempotency;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** What requests led to, so that a repeated one is one run. */
@ApplicationScoped
class RunRequests {
  private static final String REMEMBER =
      "insert into run_request (registry_uid, key, digest, run_uid, created_at)"
          + " select registry, key, digest, run, $5"
          + " from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])"
          + " as asked (registry, key, digest, run)"
          + " on conflict (registry_uid, key) do nothing returning run_uid";
  private static final String RECALL =
      "select registry_uid, key, digest, run_uid from run_request"
          + " join unnest($1::uuid[], $2::text[]) as asked (registry, asked_key)"
          + " on registry_uid = registry and key = asked_key";

  private static final String FORGET =
      "delete from run_request using unnest($1::uuid[], $2::text[]) as asked (registry, asked_key)"
          + " where registry_uid = registry and key = asked_key";

  private final InstantSource clock;

  RunRequests(InstantSource clock) {
    this.clock = clock;
  }

  /** What the first request with a key was, and the run that it led to. */
  record Known(String digest, UUID runUid) {
    boolean isFor(Asked asked) {
      return asked.idempotency() == null || asked.idempotency().digest().equals(digest);
    }
  }

  private record Key(UUID registry, String key) {}

  /**
   * Remembers the requests that have a key.
   *
   * @return uid of the draft to what is known, for those whose key was used before, be it in the
   *     same batch
   */
  Uni<Map<UUID, Known>> remember(SqlConnection connection, List<Asked> asked) {
    List<Asked> keyed = asked.stream().filter(one -> one.idempotency() != null).toList();
    if (keyed.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery(REMEMBER)
        .execute(
            Sql.values(
                keyed.stream().map(one -> one.draft().registryUid()).toArray(UUID[]::new),
                keyed.stream().map(one -> key(one).key()).toArray(String[]::new),
                keyed.stream().map(one -> key(one).digest()).toArray(String[]::new),
                keyed.stream().map(one -> one.draft().uid()).toArray(UUID[]::new),
                clock.instant()))
        .map(rows -> {
          Set<UUID> first = new HashSet<>();
          rows.forEach(row -> first.add(row.getUUID("run_uid")));
          return keyed.stream().filter(one -> !first.contains(one.draft().uid())).toList();
        })
        .chain(repeated -> recall(connection, repeated));
  }

  /** A key that is gone by now, because its time was over, is remembered as a new one. */
  private Uni<Map<UUID, Known>> recall(SqlConnection connection, List<Asked> repeated) {
    return find(
            connection,
            repeated.stream().map(one -> one.draft().registryUid()).toList(),
            repeated.stream().map(one -> key(one).key()).toList())
        .chain(found -> {
          Map<UUID, Known> known = new HashMap<>();
          List<Asked> forgotten = new ArrayList<>();
          for (Asked one : repeated) {
            Known first = found.get(new Key(one.draft().registryUid(), key(one).key()));
            if (first == null) {
              forgotten.add(one);
            } else {
              known.put(one.draft().uid(), first);
            }
          }
          return remember(connection, forgotten).invoke(known::putAll).replaceWith(known);
        });
  }

  /**
   * Remembers a request that led to no run of its own.
   *
   * @param run the run that it is about
   * @return whether it is the first with this key
   */
  Uni<Boolean> remember(SqlConnection connection, UUID registry, String key, UUID run) {
    return connection
        .preparedQuery(REMEMBER)
        .execute(
            Sql.values(
                new UUID[] {registry},
                new String[] {key},
                new String[] {""},
                new UUID[] {run},
                clock.instant()))
        .map(rows -> rows.size() > 0);
  }

  /** The keys of a registry that were used before, and the runs that they led to. */
  Uni<Map<String, UUID>> known(SqlConnection connection, UUID registry, List<String> keys) {
    return find(connection, keys.stream().map(key -> registry).toList(), keys)
        .map(found -> {
          Map<String, UUID> known = new HashMap<>();
          found.forEach((key, first) -> known.put(key.key(), first.runUid()));
          return known;
        });
  }

  private static Uni<Map<Key, Known>> find(
      SqlConnection connection, List<UUID> registries, List<String> keys) {
    return keys.isEmpty()
        ? Uni.createFrom().item(Map.of())
        : connection
            .preparedQuery(RECALL)
            .execute(Sql.values(registries.toArray(UUID[]::new), keys.toArray(String[]::new)))
            .map(RunRequests::byKey);
  }

  private static Map<Key, Known> byKey(RowSet<Row> rows) {
    Map<Key, Known> found = new HashMap<>();
    rows.forEach(row ->
        found.put(
            new Key(row.getUUID("registry_uid"), row.getString("key")),
            new Known(row.getString("digest"), row.getUUID("run_uid"))));
    return found;
  }

  /** Forgets what was remembered of requests that are refused: a repetition may be accepted. */
  Uni<Void> forget(SqlConnection connection, List<Asked> refused) {
    List<Asked> keyed = refused.stream().filter(one -> one.idempotency() != null).toList();
    return keyed.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(FORGET)
            .execute(
                Sql.values(
                    keyed.stream().map(one -> one.draft().registryUid()).toArray(UUID[]::new),
                    keyed.stream().map(one -> key(one).key()).toArray(String[]::new)))
            .replaceWithVoid();
  }

  private static Idempotency key(Asked asked) {
    return Objects.requireNonNull(asked.idempotency());
  }
}
