package io.slipway.taskapi.log;

import io.slipway.taskapi.log.LogRows.NewChunk;
import io.slipway.taskapi.log.LogRows.NewHead;
import io.slipway.taskapi.log.text.LogAssembly;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The logs of runs in the database. Whoever writes locks the row of the log: pieces of one log may
 * come from several consumers at once, while another attempt begins. A short log is that one row,
 * also when it comes in pieces.
 */
@ApplicationScoped
public class LogStore {
  /** Bytes of a log up to which more is added to its row; each addition writes the row anew. */
  private static final int SHORT = 4_096;

  private static final String OPEN =
      "insert into run_log (run_uid, length, sealed, updated_at) values ($1, 0, false, $2)"
          + " on conflict (run_uid) do nothing";
  // The piece that holds the first byte, and those after it that begin before the last.
  private static final String READ =
      """
      select 0::bigint as start_offset, content from run_log
      where run_uid = $1 and octet_length(content) > $2
      union all
      select start_offset, content from log_chunk
      where run_uid = $1 and start_offset < $3 and start_offset >= coalesce((
        select max(start_offset) from log_chunk where run_uid = $1 and start_offset <= $2), 0)
      order by start_offset\
      """;

  private final LogRows rows;
  private final SealedLogs sealed;
  private final InstantSource clock;

  LogStore(LogRows rows, SealedLogs sealed, InstantSource clock) {
    this.rows = rows;
    this.sealed = sealed;
    this.clock = clock;
  }

  /** A piece of a log, not yet stored. */
  public record Chunk(long offset, byte[] content) {}

  /**
   * A log whose row is locked.
   *
   * @param length bytes from the start without a gap
   * @param sealed whether notes stand for bytes that are missing
   * @param gaps whether pieces wait behind a gap
   * @param inRow bytes from the start that are in the row itself
   */
  record Head(long length, boolean sealed, boolean gaps, int inRow) {
    static final Head NONE = new Head(0, false, false, 0);

    /** Whether a piece goes into the row: it is the next one, and the log is short. */
    boolean takes(LogAssembly.Piece piece) {
      return !gaps
          && inRow == length
          && piece.start() == length
          && (length == 0 || length + piece.content().length <= SHORT);
    }
  }

  /** Somebody else has just begun one of the logs: to be done again. */
  static final class Overtaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Overtaken() {
      super("a log was begun by another transaction", null, false, false);
    }
  }

  /** The logs that are there, locked. */
  Uni<Map<UUID, Head>> lock(SqlConnection connection, UUID[] runs) {
    return rows.lock(connection, runs);
  }

  /**
   * Stores the pieces that are not there yet. A sealed log goes on where it was sealed.
   *
   * @param heads the logs that are there, locked before
   */
  Uni<Void> append(SqlConnection connection, Map<UUID, Head> heads, Map<UUID, List<Chunk>> pieces) {
    List<UUID> unseal =
        pieces.keySet().stream()
            .filter(run -> heads.containsKey(run) && heads.get(run).sealed())
            .toList();
    if (!unseal.isEmpty()) {
      return InTurn.each(unseal, run -> sealed.open(connection, run, clock.instant()))
          .chain(() -> lock(connection, heads.keySet().toArray(UUID[]::new)))
          .chain(opened -> append(connection, opened, pieces));
    }
    List<UUID> gaps =
        pieces.keySet().stream()
            .filter(run -> heads.containsKey(run) && heads.get(run).gaps())
            .toList();
    return rows.beyond(connection, gaps).chain(beyond -> store(connection, heads, beyond, pieces));
  }

  private Uni<Void> store(
      SqlConnection connection,
      Map<UUID, Head> heads,
      Map<UUID, Map<Long, Long>> beyond,
      Map<UUID, List<Chunk>> pieces) {
    List<NewHead> begun = new ArrayList<>();
    List<NewHead> grown = new ArrayList<>();
    List<NewChunk> chunks = new ArrayList<>();
    pieces.forEach((run, ofRun) -> {
      boolean isNew = !heads.containsKey(run);
      Head head = heads.getOrDefault(run, Head.NONE);
      LogAssembly assembly = new LogAssembly(head.length(), beyond.getOrDefault(run, Map.of()));
      List<LogAssembly.Piece> fresh = LogAssembly.joined(added(assembly, ofRun));
      if (fresh.isEmpty()) {
        return;
      }
      LogAssembly.Piece first = fresh.getFirst();
      boolean inRow = head.takes(first);
      (isNew ? begun : grown)
          .add(
              new NewHead(
                  run, assembly.length(), inRow ? first.content() : null, assembly.hasGaps()));
      fresh.stream()
          .skip(inRow ? 1 : 0)
          .forEach(piece -> chunks.add(new NewChunk(run, piece.start(), piece.content())));
    });
    // Sent together; the database does one after the other.
    Instant now = clock.instant();
    return Uni.combine()
        .all()
        .unis(
            rows.insertHeads(connection, begun, now),
            rows.insertChunks(connection, chunks),
            rows.updateHeads(connection, grown, now))
        .with((inserted, added, changed) -> inserted)
        .invoke(inserted -> {
          if (inserted < begun.size()) {
            throw new Overtaken();
          }
        })
        .replaceWithVoid();
  }

  private static List<LogAssembly.Piece> added(LogAssembly assembly, List<Chunk> chunks) {
    List<LogAssembly.Piece> pieces = new ArrayList<>();
    chunks.forEach(chunk -> assembly.add(chunk.offset(), chunk.content()).ifPresent(pieces::add));
    return pieces;
  }

  /**
   * Ends a log that no agent can end: drops what comes after a gap and adds the text.
   *
   * @return length of the whole log
   */
  public Uni<Long> end(SqlConnection connection, UUID runUid, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    return begin(connection, runUid)
        .call(
            length -> rows.insertChunks(connection, List.of(new NewChunk(runUid, length, content))))
        .map(length -> length + content.length)
        .call(length ->
            rows.updateHeads(
                connection, List.of(new NewHead(runUid, length, null, false)), clock.instant()));
  }

  /**
   * Makes the log ready for another attempt: drops what comes after a gap. To be called by whoever
   * has raised the attempt, so that late pieces of the one before are either in or too late.
   *
   * @return where the attempt's log begins
   */
  public Uni<Long> begin(SqlConnection connection, UUID runUid) {
    return openLocked(connection, runUid)
        .call(head ->
            head.gaps() ? dropBeyond(connection, runUid, head) : Uni.createFrom().voidItem())
        .map(Head::length);
  }

  /** The log, made if it is not there, and locked. */
  Uni<Head> openLocked(SqlConnection connection, UUID runUid) {
    return connection
        .preparedQuery(OPEN)
        .execute(Sql.values(runUid, clock.instant()))
        .chain(() -> rows.lock(connection, new UUID[] {runUid}))
        .map(heads -> Objects.requireNonNull(heads.get(runUid)));
  }

  private Uni<Void> dropBeyond(SqlConnection connection, UUID runUid, Head head) {
    return connection
        .preparedQuery("delete from log_chunk where run_uid = $1 and start_offset >= $2")
        .execute(Sql.values(runUid, head.length()))
        .chain(() ->
            rows.updateHeads(
                connection,
                List.of(new NewHead(runUid, head.length(), null, false)),
                clock.instant()));
  }

  /** Bytes from {@code from} (inclusive) to {@code to} (exclusive); the caller knows the length. */
  public Uni<Buffer> read(SqlConnection connection, UUID runUid, long from, long to) {
    return connection
        .preparedQuery(READ)
        .execute(Sql.values(runUid, from, to))
        .map(found -> slice(found, from, to));
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
