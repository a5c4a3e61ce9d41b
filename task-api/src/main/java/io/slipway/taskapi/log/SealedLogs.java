package io.slipway.taskapi.log;

import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Logs of which bytes are missing, with a note in the place of each gap, so that they can be read
 * to their end. Nothing that is stored is thrown away: pieces behind a gap move behind its note,
 * and go back where they belong when more of the log comes after all.
 */
@ApplicationScoped
class SealedLogs {
  private static final String BEYOND =
      "select start_offset, octet_length(content) as size from log_chunk"
          + " where run_uid = $1 and start_offset > $2 order by start_offset";

  // By way of offsets that no piece has: two pieces never have the same one on the way.
  private static final String MOVE =
      """
      update log_chunk set start_offset = -1 - move.to_offset, true_offset = move.from_offset
      from unnest($2::bigint[], $3::bigint[]) as move (from_offset, to_offset)
      where run_uid = $1 and start_offset = move.from_offset\
      """;
  private static final String ARRIVE =
      "update log_chunk set start_offset = -1 - start_offset"
          + " where run_uid = $1 and start_offset < 0";
  private static final String NOTE =
      "insert into log_chunk (run_uid, start_offset, content) values ($1, $2, $3)";
  private static final String SEAL =
      "update run_log set sealed = true, sealed_from = length, length = $2, gaps = false"
          + " where run_uid = $1";
  private static final String DROP_NOTES =
      """
      delete from log_chunk using run_log
      where log_chunk.run_uid = $1 and run_log.run_uid = $1
        and start_offset >= sealed_from and true_offset is null\
      """;
  private static final String RETURN =
      "update log_chunk set start_offset = -1 - true_offset, true_offset = null"
          + " where run_uid = $1 and true_offset is not null";
  private static final String OPEN =
      """
      update run_log set sealed = false, length = sealed_from, sealed_from = null,
        gaps = exists (select 1 from log_chunk where run_uid = $1 and start_offset > sealed_from)
      where run_uid = $1\
      """;
  private static final String LOOK_AGAIN =
      "insert into open_log (run_uid, since) values ($1, $2) on conflict (run_uid) do nothing";

  /** A piece of the log as it will be read: where it is, or a note. */
  private record Moved(long from, long to) {}

  private record Note(long at, byte[] text) {}

  /**
   * Seals a log whose row is locked.
   *
   * @param length bytes from the start without a gap
   * @param expected length of the whole log
   */
  Uni<Void> seal(SqlConnection connection, UUID run, long length, long expected) {
    return connection
        .preparedQuery(BEYOND)
        .execute(Sql.values(run, length))
        .chain(rows -> {
          List<Moved> moved = new ArrayList<>();
          List<Note> notes = new ArrayList<>();
          long shown = length;
          long place = length;
          for (Row row : rows) {
            long start = row.getLong("start_offset");
            Note note = note(shown, "next", start - place);
            notes.add(note);
            shown += note.text().length;
            moved.add(new Moved(start, shown));
            shown += row.getInteger("size");
            place = start + row.getInteger("size");
          }
          if (expected > place) {
            Note note = note(shown, "last", expected - place);
            notes.add(note);
            shown += note.text().length;
          }
          return write(connection, run, moved, notes, shown);
        });
  }

  private static Note note(long at, String which, long missing) {
    String text = "\r\nThe %s %d bytes of this log were lost.\r\n".formatted(which, missing);
    return new Note(at, text.getBytes(StandardCharsets.UTF_8));
  }

  private static Uni<Void> write(
      SqlConnection connection, UUID run, List<Moved> moved, List<Note> notes, long length) {
    return connection
        .preparedQuery(MOVE)
        .execute(
            Sql.values(
                run,
                moved.stream().map(Moved::from).toArray(Long[]::new),
                moved.stream().map(Moved::to).toArray(Long[]::new)))
        .chain(() -> connection.preparedQuery(ARRIVE).execute(Sql.values(run)))
        .chain(() ->
            InTurn.each(
                notes,
                note ->
                    connection
                        .preparedQuery(NOTE)
                        .execute(Sql.values(run, note.at(), Buffer.buffer(note.text())))
                        .replaceWithVoid()))
        .chain(() -> connection.preparedQuery(SEAL).execute(Sql.values(run, length)))
        .replaceWithVoid();
  }

  /** Makes a sealed log, whose row is locked, what it was before; it will be looked at again. */
  Uni<Void> open(SqlConnection connection, UUID run, Instant now) {
    return InTurn.each(
        List.of(
            new Step(DROP_NOTES, new Object[] {run}),
            new Step(RETURN, new Object[] {run}),
            new Step(ARRIVE, new Object[] {run}),
            new Step(OPEN, new Object[] {run}),
            new Step(LOOK_AGAIN, new Object[] {run, now})),
        step ->
            connection
                .preparedQuery(step.sql())
                .execute(Sql.values(step.values()))
                .replaceWithVoid());
  }

  private record Step(String sql, Object[] values) {}
}
