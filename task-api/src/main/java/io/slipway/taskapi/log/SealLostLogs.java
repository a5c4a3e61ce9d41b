package io.slipway.taskapi.log;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.contract.Topics;
import io.slipway.taskapi.event.ReadMark;
import io.slipway.taskapi.event.TopicOffsets;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Ends logs that will never be whole: the run is over, bytes are missing, and all that Kafka had of
 * logs when the run had ended was read since. Readers learn how much is missing instead of waiting
 * for ever. Should more come after all, the log goes on.
 */
@ApplicationScoped
public class SealLostLogs {
  private static final int MOST = 500;
  private static final String DUE =
      """
      select open_log.run_uid, run.run_id, run.log_bytes, coalesce(run_log.length, 0) as length,
        run.uid is null or coalesce(run_log.sealed, false)
          or run.log_bytes <= coalesce(run_log.length, 0) as settled
      from open_log left join run on run.uid = open_log.run_uid
        left join run_log on run_log.run_uid = open_log.run_uid
      where since < $1 and coalesce(run_log.updated_at, since) < $1
      order by since limit $2 for update of open_log skip locked\
      """;

  private final Leader leader;
  private final LogStore store;
  private final SealedLogs sealed;
  private final TopicOffsets offsets;
  private final LogWatch watch;
  private final InstantSource clock;
  private final Duration wait;
  private final ReadMark mark = new ReadMark();

  SealLostLogs(
      Leader leader,
      LogStore store,
      SealedLogs sealed,
      TopicOffsets offsets,
      LogWatch watch,
      InstantSource clock,
      @ConfigProperty(name = "slipway.log.seal-after", defaultValue = "PT60S") Duration wait) {
    this.leader = leader;
    this.store = store;
    this.sealed = sealed;
    this.offsets = offsets;
    this.watch = watch;
    this.clock = clock;
    this.wait = wait;
  }

  /** A log that was not whole when its run ended. */
  private record Open(UUID run, String runId, long expected, boolean settled) {}

  @Scheduled(
      every = "${slipway.log.seal-every:10s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> seal() {
    return leader.leads()
        ? Sweep.of("The search for lost logs", readUntil().chain(this::sealBefore))
        : Uni.createFrom().voidItem();
  }

  private Uni<Instant> readUntil() {
    Instant now = clock.instant();
    return offsets
        .handled(Topics.RUN_LOGS)
        .chain(handled ->
            offsets.endsToRead(Topics.RUN_LOGS).map(ends -> mark.look(handled, now, ends)));
  }

  private Uni<Void> sealBefore(Instant readUntil) {
    Instant waited = clock.instant().minus(wait);
    Instant before = waited.isBefore(readUntil) ? waited : readUntil;
    if (before.equals(Instant.MIN)) {
      return Uni.createFrom().voidItem(); // nothing is known of how far the topic was read
    }
    return leader
        .in(connection ->
            connection
                .preparedQuery(DUE)
                .execute(Sql.values(before, MOST))
                .chain(rows -> {
                  List<Open> due = new ArrayList<>();
                  rows.forEach(row -> due.add(open(row)));
                  return InTurn.each(due, one -> seal(connection, one))
                      .call(() -> settle(connection, due))
                      .replaceWith(due);
                }))
        .invoke(sealed -> sealed.ifPresent(due -> watch.changed(runs(due))))
        .replaceWithVoid();
  }

  private static List<UUID> runs(List<Open> logs) {
    return logs.stream().map(Open::run).toList();
  }

  private static Open open(Row row) {
    boolean settled = row.getBoolean("settled");
    return new Open(
        row.getUUID("run_uid"),
        settled ? "" : row.getString("run_id"),
        settled ? 0 : row.getLong("log_bytes"),
        settled);
  }

  /** Decides on the row of the log as it is under its lock. */
  private Uni<Void> seal(SqlConnection connection, Open open) {
    if (open.settled()) {
      return Uni.createFrom().voidItem();
    }
    return store
        .openLocked(connection, open.run())
        .chain(head -> {
          if (head.sealed() || head.length() >= open.expected()) {
            return Uni.createFrom().voidItem();
          }
          Log.warnf(
              "The log of run %s lacks bytes: %d of %d are there without a gap",
              open.runId(), head.length(), open.expected());
          return sealed.seal(connection, open.run(), head.length(), open.expected());
        });
  }

  private static Uni<Void> settle(SqlConnection connection, List<Open> due) {
    return due.isEmpty()
        ? Uni.createFrom().voidItem()
        : connection
            .preparedQuery("delete from open_log where run_uid = any($1)")
            .execute(Sql.values((Object) runs(due).toArray(UUID[]::new)))
            .replaceWithVoid();
  }
}
