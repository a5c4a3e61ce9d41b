package io.slipway.taskapi.log;

import io.slipway.taskapi.log.LogStore.Head;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows that logs are made of, those of many logs in one statement. */
@ApplicationScoped
class LogRows {
  private static final String LOCK =
      "select run_uid, length, sealed, gaps, coalesce(octet_length(content), 0) as in_row"
          + " from run_log where run_uid = any($1) order by run_uid for update";
  private static final String BEYOND =
      """
      select run_uid, start_offset,
        start_offset + octet_length(log_chunk.content) as end_offset
      from log_chunk join run_log using (run_uid)
      where run_uid = any($1) and start_offset > run_log.length\
      """;
  private static final String NEW_HEADS =
      """
      insert into run_log (run_uid, length, sealed, updated_at, content, gaps)
      select uid, length, false, $5, content, gaps
      from unnest($1::uuid[], $2::bigint[], $3::bytea[], $4::boolean[])
        as new (uid, length, content, gaps)
      on conflict (run_uid) do nothing\
      """;
  private static final String CHANGED_HEADS =
      """
      update run_log set length = new.length, gaps = new.gaps, updated_at = $4,
        content = case when new.more is null then run_log.content
          else coalesce(run_log.content, ''::bytea) || new.more end
      from unnest($1::uuid[], $2::bigint[], $3::boolean[], $5::bytea[])
        as new (uid, length, gaps, more)
      where run_log.run_uid = new.uid\
      """;
  private static final String CHUNKS =
      """
      insert into log_chunk (run_uid, start_offset, content)
      select * from unnest($1::uuid[], $2::bigint[], $3::bytea[])
      on conflict (run_uid, start_offset) do nothing\
      """;

  /**
   * A log after pieces were added.
   *
   * @param content what is kept in its own row and was not there before, else null
   */
  record NewHead(UUID run, long length, byte @Nullable [] content, boolean gaps) {}

  /** A piece of a log that has a row of its own. */
  record NewChunk(UUID run, long start, byte[] content) {}

  /** The logs that are there, locked. */
  Uni<Map<UUID, Head>> lock(SqlConnection connection, UUID[] runs) {
    return connection
        .preparedQuery(LOCK)
        .execute(Sql.values((Object) runs))
        .map(rows -> {
          Map<UUID, Head> heads = new HashMap<>();
          rows.forEach(row ->
              heads.put(
                  row.getUUID("run_uid"),
                  new Head(
                      row.getLong("length"),
                      row.getBoolean("sealed"),
                      row.getBoolean("gaps"),
                      row.getInteger("in_row"))));
          return heads;
        });
  }

  /** Pieces that wait behind a gap, start to end. */
  Uni<Map<UUID, Map<Long, Long>>> beyond(SqlConnection connection, List<UUID> runs) {
    if (runs.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    return connection
        .preparedQuery(BEYOND)
        .execute(Sql.values((Object) runs.toArray(UUID[]::new)))
        .map(rows -> {
          Map<UUID, Map<Long, Long>> beyond = new HashMap<>();
          rows.forEach(row ->
              beyond
                  .computeIfAbsent(row.getUUID("run_uid"), uid -> new TreeMap<>())
                  .put(row.getLong("start_offset"), row.getLong("end_offset")));
          return beyond;
        });
  }

  /** Writes new logs; fewer rows than heads means that somebody else has just begun one of them. */
  Uni<Integer> insertHeads(SqlConnection connection, List<NewHead> heads, Instant now) {
    if (heads.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return connection
        .preparedQuery(NEW_HEADS)
        .execute(
            Sql.values(
                heads.stream().map(NewHead::run).toArray(UUID[]::new),
                heads.stream().map(NewHead::length).toArray(Long[]::new),
                contents(heads),
                heads.stream().map(NewHead::gaps).toArray(Boolean[]::new),
                now))
        .map(rows -> rows.rowCount());
  }

  Uni<Void> updateHeads(SqlConnection connection, List<NewHead> heads, Instant now) {
    return heads.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(CHANGED_HEADS)
            .execute(
                Sql.values(
                    heads.stream().map(NewHead::run).toArray(UUID[]::new),
                    heads.stream().map(NewHead::length).toArray(Long[]::new),
                    heads.stream().map(NewHead::gaps).toArray(Boolean[]::new),
                    now,
                    contents(heads)))
            .replaceWithVoid();
  }

  private static @Nullable Buffer[] contents(List<NewHead> heads) {
    List<@Nullable Buffer> contents = new ArrayList<>();
    heads.forEach(one -> contents.add(one.content() == null ? null : Buffer.buffer(one.content())));
    return contents.toArray(Buffer[]::new);
  }

  Uni<Void> insertChunks(SqlConnection connection, List<NewChunk> chunks) {
    return chunks.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery(CHUNKS)
            .execute(
                Sql.values(
                    chunks.stream().map(NewChunk::run).toArray(UUID[]::new),
                    chunks.stream().map(NewChunk::start).toArray(Long[]::new),
                    chunks.stream()
                        .map(one -> Buffer.buffer(one.content()))
                        .toArray(Buffer[]::new)))
            .replaceWithVoid();
  }
}
