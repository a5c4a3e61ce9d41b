package io.slipway.taskapi.log;

import io.slipway.contract.LogAppended;
import io.slipway.taskapi.event.EventCodec.Received;
import io.slipway.taskapi.metrics.RunMetrics;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Adds pieces to the logs of runs. A piece of an attempt that is not the current one is dropped:
 * the run's row is locked against a change of the attempt while pieces are added.
 */
@ApplicationScoped
public class AppendLogs {
  /**
   * Shared: several consumers may add pieces at once, but a claim or a reaper, which change the
   * attempt, wait until the pieces are stored.
   */
  private static final String FENCE =
      "select uid, attempt, status, log_bytes from run where uid = any($1) order by uid for share";

  private final Transactions transactions;
  private final LogStore store;
  private final RunMetrics metrics;

  AppendLogs(Transactions transactions, LogStore store, RunMetrics metrics) {
    this.transactions = transactions;
    this.store = store;
    this.metrics = metrics;
  }

  /** Adds what the events hold. */
  public Uni<Void> append(List<Received> events) {
    Map<UUID, List<LogAppended>> byRun = new TreeMap<>();
    for (Received received : events) {
      if (received.event() instanceof LogAppended piece) {
        byRun.computeIfAbsent(piece.run().runUid(), uid -> new ArrayList<>()).add(piece);
      }
    }
    return byRun.isEmpty()
        ? Uni.createFrom().voidItem()
        : transactions.in(connection -> append(connection, byRun));
  }

  private Uni<Void> append(SqlConnection connection, Map<UUID, List<LogAppended>> byRun) {
    return connection
        .preparedQuery(FENCE)
        .execute(Sql.values((Object) byRun.keySet().toArray(UUID[]::new)))
        .chain(rows -> {
          Map<UUID, List<LogStore.Chunk>> accepted = new LinkedHashMap<>();
          for (Row row : rows) {
            UUID uid = row.getUUID("uid");
            List<LogAppended> pieces = byRun.getOrDefault(uid, List.of());
            accepted.put(uid, accepted(row, pieces));
          }
          return store(connection, accepted);
        });
  }

  private static List<LogStore.Chunk> accepted(Row row, List<LogAppended> pieces) {
    int attempt = row.getInteger("attempt");
    boolean queued = row.getString("status").equals("Queued");
    Long end = row.getLong("log_bytes");
    List<LogStore.Chunk> accepted = new ArrayList<>();
    for (LogAppended piece : pieces) {
      byte[] content = piece.text().getBytes(StandardCharsets.UTF_8);
      boolean inside = end == null || piece.offset() + content.length <= end;
      if (piece.run().attempt() == attempt && !queued && inside) {
        accepted.add(new LogStore.Chunk(piece.offset(), content));
      }
    }
    return accepted;
  }

  private Uni<Void> store(SqlConnection connection, Map<UUID, List<LogStore.Chunk>> accepted) {
    accepted.values().removeIf(List::isEmpty);
    return InTurn.each(
        accepted.entrySet(),
        run ->
            store
                .append(connection, run.getKey(), run.getValue())
                .invoke(() -> metrics.logged(bytes(run.getValue()))));
  }

  private static long bytes(List<LogStore.Chunk> chunks) {
    return chunks.stream().mapToLong(chunk -> chunk.content().length).sum();
  }
}
