package io.slipway.taskapi.log;

import io.slipway.taskapi.log.text.LogAssembly;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The logs of runs in the database. Callers that write hold a lock on the run's row, so that its
 * attempt cannot change meanwhile; the row of the log is locked as well, since pieces of one log
 * may come from several consumers at once.
 */
@ApplicationScoped
public class LogStore {
  private static final String OPEN =
      "insert into run_log (run_uid, length, sealed, updated_at) values ($1, 0, false, $2)"
          + " on conflict (run_uid) do nothing";
  private static final String STORE =
      "insert into log_chunk (run_uid, start_offset, content) values ($1, $2, $3)"
          + " on conflict (run_uid, start_offset) do nothing";
  private static final String BEYOND =
      "select start_offset, start_offset + octet_length(content) as end_offset from log_chunk"
          + " where run_uid = $1 and start_offset > $2";
  // The piece that holds the first byte, and those after it that begin before the last.
  private static final String READ =
      """
      select start_offset, content from log_chunk
      where run_uid = $1 and start_offset < $3 and start_offset >= coalesce((
        select max(start_offset) from log_chunk where run_uid = $1 and start_offset <= $2), 0)
      order by start_offset\
      """;

  private final InstantSource clock;

  LogStore(InstantSource clock) {
    this.clock = clock;
  }

  /** A piece of a log, not yet stored. */
  public record Chunk(long offset, byte[] content) {}

  /** Stores the pieces that are not there yet; nothing once the log is sealed. */
  public Uni<Void> append(SqlConnection connection, UUID runUid, List<Chunk> chunks) {
    return open(connection, runUid)
        .chain(head ->
            head.sealed()
                ? Uni.createFrom().voidItem()
                : assembly(connection, runUid, head.length())
                    .chain(assembly -> store(connection, runUid, assembly, chunks)));
  }

  /**
   * Ends a log that no agent can end: drops what comes after a gap and adds the text.
   *
   * @return length of the whole log
   */
  public Uni<Long> end(SqlConnection connection, UUID runUid, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return begin(connection, runUid)
        .chain(length ->
            store(
                    connection,
                    runUid,
                    new LogAssembly(length, Map.of()),
                    List.of(new Chunk(length, content)))
                .replaceWith(length + content.length));
  }

  /**
   * Makes the log ready for another attempt: drops what comes after a gap.
   *
   * @return where the attempt's log begins
   */
  public Uni<Long> begin(SqlConnection connection, UUID runUid) {
    return open(connection, runUid)
        .map(Head::length)
        .call(length ->
            connection
                .preparedQuery("delete from log_chunk where run_uid = $1 and start_offset >= $2")
                .execute(Sql.values(runUid, length)));
  }

  /** Says that nothing more will come. */
  public Uni<Void> seal(SqlConnection connection, UUID runUid) {
    return connection
        .preparedQuery("update run_log set sealed = true where run_uid = $1")
        .execute(Sql.values(runUid))
        .replaceWithVoid();
  }

  /** Bytes from {@code from} (inclusive) to {@code to} (exclusive); the caller knows the length. */
  public Uni<Buffer> read(SqlConnection connection, UUID runUid, long from, long to) {
    return connection
        .preparedQuery(READ)
        .execute(Sql.values(runUid, from, to))
        .map(rows -> slice(rows, from, to));
  }

  private record Head(long length, boolean sealed) {}

  private Uni<Head> open(SqlConnection connection, UUID runUid) {
    return connection
        .preparedQuery(OPEN)
        .execute(Sql.values(runUid, clock.instant()))
        .chain(() ->
            connection
                .preparedQuery("select length, sealed from run_log where run_uid = $1 for update")
                .execute(Sql.values(runUid)))
        .map(rows -> rows.iterator().next())
        .map(row -> new Head(row.getLong("length"), row.getBoolean("sealed")));
  }

  private Uni<LogAssembly> assembly(SqlConnection connection, UUID runUid, long length) {
    return connection
        .preparedQuery(BEYOND)
        .execute(Sql.values(runUid, length))
        .map(rows -> {
          Map<Long, Long> beyond = new TreeMap<>();
          rows.forEach(row -> beyond.put(row.getLong(0), row.getLong(1)));
          return new LogAssembly(length, beyond);
        });
  }

  private Uni<Void> store(
      SqlConnection connection, UUID runUid, LogAssembly assembly, List<Chunk> chunks) {
    List<LogAssembly.Piece> pieces = new ArrayList<>();
    chunks.forEach(chunk -> assembly.add(chunk.offset(), chunk.content()).ifPresent(pieces::add));
    if (pieces.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(STORE)
        .executeBatch(
            pieces.stream()
                .map(piece -> Sql.values(runUid, piece.start(), Buffer.buffer(piece.content())))
                .toList())
        .chain(() ->
            connection
                .preparedQuery("update run_log set length = $2, updated_at = $3 where run_uid = $1")
                .execute(Sql.values(runUid, assembly.length(), clock.instant())))
        .replaceWithVoid();
  }

  private static Buffer slice(RowSet<Row> rows, long from, long to) {
    Buffer all = Buffer.buffer();
    for (Row row : rows) {
      long start = row.getLong("start_offset");
      byte[] content = row.getBuffer("content").getBytes();
      int first = (int) Math.max(0, from - start);
      int last = (int) Math.min(content.length, to - start);
      if (first < last) {
        all.appendBytes(content, first, last - first);
      }
    }
    return all;
  }
}
