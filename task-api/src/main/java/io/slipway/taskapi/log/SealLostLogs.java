package io.slipway.taskapi.log;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends logs that will never be whole: the run is over, bytes are missing, and none has come for a
 * while. Readers learn how much is missing instead of waiting for ever.
 */
@ApplicationScoped
public class SealLostLogs {
  private static final String LOST =
      """
      select run.uid, run.run_id, run.log_bytes - coalesce(run_log.length, 0) as missing
      from run left join run_log on run_log.run_uid = run.uid
      where run.finished_at between $1 and $2
        and run.log_bytes > coalesce(run_log.length, 0)
        and not coalesce(run_log.sealed, false)
        and coalesce(run_log.updated_at, run.finished_at) < $2
      order by run.uid limit 100 for no key update of run\
      """;
  private static final Duration LOOK_BACK = Duration.ofDays(1);

  private final Transactions transactions;
  private final LogStore store;
  private final InstantSource clock;
  private final Duration wait;

  SealLostLogs(
      Transactions transactions,
      LogStore store,
      InstantSource clock,
      @ConfigProperty(name = "slipway.log.seal-after", defaultValue = "PT60S") Duration wait) {
    this.transactions = transactions;
    this.store = store;
    this.clock = clock;
    this.wait = wait;
  }

  @Scheduled(
      every = "${slipway.log.seal-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> seal() {
    Instant now = clock.instant();
    return Sweep.of("The search for lost logs", sealAt(now));
  }

  private Uni<Void> sealAt(Instant now) {
    return transactions.in(connection ->
        connection
            .preparedQuery(LOST)
            .execute(Sql.values(now.minus(LOOK_BACK), now.minus(wait)))
            .chain(rows -> InTurn.each(rows, row -> seal(connection, row))));
  }

  private Uni<Void> seal(SqlConnection connection, Row row) {
    UUID uid = row.getUUID("uid");
    long missing = row.getLong("missing");
    Log.warnf("The log of run %s lacks %d bytes", row.getString("run_id"), missing);
    String text = "\r\nThe last " + missing + " bytes of this log were lost.\r\n";
    return store.end(connection, uid, text).chain(() -> store.seal(connection, uid));
  }
}
