package io.slipway.taskapi.log;

import io.slipway.contract.LogAppended;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.event.Unsigned;
import io.slipway.taskapi.log.LogStore.Chunk;
import io.slipway.taskapi.log.LogStore.Head;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Adds pieces to the logs of runs, those of a whole batch with a few statements. A piece of an
 * attempt that is not the current one is dropped.
 *
 * <p>Rows of runs are not locked: heartbeats change them. The rows of the logs are, before the
 * attempts are read. Whoever begins another attempt locks the same row after it has raised the
 * attempt, so that either it sees these pieces, or they are seen to be too late.
 */
@ApplicationScoped
public class AppendLogs {
  private static final int TRIES = 5;

  /** A log that somebody holds for longer doesn't keep the others of the batch waiting. */
  private static final Duration LONGEST_LOCK = Duration.ofMillis(250);

  private static final String ATTEMPTS =
      "select uid, attempt, status, log_bytes, events_signed from run where uid = any($1)";

  private final Transactions transactions;
  private final LogStore store;
  private final LogWatch watch;
  private final RunMetrics metrics;

  AppendLogs(Transactions transactions, LogStore store, LogWatch watch, RunMetrics metrics) {
    this.transactions = transactions;
    this.store = store;
    this.watch = watch;
    this.metrics = metrics;
  }

  /** Adds what the events hold. */
  public Uni<Void> append(List<Received> events) {
    Map<UUID, List<Received>> byRun = new TreeMap<>();
    for (Received received : events) {
      if (received.event() instanceof LogAppended piece) {
        byRun.computeIfAbsent(piece.run().runUid(), uid -> new ArrayList<>()).add(received);
      }
    }
    return byRun.isEmpty()
        ? Uni.createFrom().voidItem()
        : transactions
            .in(LONGEST_LOCK, connection -> append(connection, byRun))
            .onFailure(LogStore.Overtaken.class)
            .retry()
            .atMost(TRIES)
            .invoke(accepted -> {
              metrics.logged(bytes(accepted));
              watch.changed(accepted.keySet());
            })
            .replaceWithVoid();
  }

  private Uni<Map<UUID, List<Chunk>>> append(
      SqlConnection connection, Map<UUID, List<Received>> byRun) {
    UUID[] uids = byRun.keySet().toArray(UUID[]::new);
    // Sent together; the database reads the attempts when it has the locks.
    return Uni.combine()
        .all()
        .unis(
            store.lock(connection, uids),
            connection.preparedQuery(ATTEMPTS).execute(Sql.values((Object) uids)))
        .asTuple()
        .chain(both -> {
          Map<UUID, List<Chunk>> accepted = accepted(both.getItem2(), byRun);
          return append(connection, both.getItem1(), accepted).replaceWith(accepted);
        });
  }

  private Uni<Void> append(
      SqlConnection connection, Map<UUID, Head> heads, Map<UUID, List<Chunk>> accepted) {
    return accepted.isEmpty()
        ? Uni.createFrom().voidItem()
        : store.append(connection, heads, accepted);
  }

  private static Map<UUID, List<Chunk>> accepted(
      RowSet<Row> rows, Map<UUID, List<Received>> byRun) {
    Map<UUID, List<Chunk>> accepted = new LinkedHashMap<>();
    List<Received> unsigned = new ArrayList<>();
    for (Row row : rows) {
      UUID uid = row.getUUID("uid");
      List<Chunk> chunks = accepted(row, byRun.getOrDefault(uid, List.of()), unsigned);
      if (!chunks.isEmpty()) {
        accepted.put(uid, chunks);
      }
    }
    if (!unsigned.isEmpty()) {
      throw new Unsigned(unsigned);
    }
    return accepted;
  }

  private static List<Chunk> accepted(Row row, List<Received> events, List<Received> unsigned) {
    int attempt = row.getInteger("attempt");
    boolean queued = row.getString("status").equals("Queued");
    Long end = row.getLong("log_bytes");
    List<Chunk> accepted = new ArrayList<>();
    boolean signed = row.getBoolean("events_signed");
    for (Received received : events) {
      LogAppended piece = (LogAppended) received.event();
      byte[] content = piece.text().getBytes(StandardCharsets.UTF_8);
      boolean inside = end == null || piece.offset() + content.length <= end;
      if (piece.run().attempt() == attempt && !queued && inside && content.length > 0) {
        accepted.add(new Chunk(piece.offset(), content));
        if (signed && !received.signed()) {
          unsigned.add(received);
        }
      }
    }
    return accepted;
  }

  private static long bytes(Map<UUID, List<Chunk>> accepted) {
    return accepted.values().stream()
        .flatMap(List::stream)
        .mapToLong(chunk -> chunk.content().length)
        .sum();
  }
}
