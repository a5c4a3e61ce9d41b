package io.slipway.taskapi.retention;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sql;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.RowSet;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Deletes rows that matter for a while only. */
@ApplicationScoped
public class ForgetOld {
  /**
   * Requests for runs are remembered for longer than the topic {@code run-requests} keeps them:
   * should its offsets be lost, what is read again still finds that it was done.
   */
  private static final List<Kept> KEPT =
      List.of(
          new Kept("run_request", "created_at", Duration.ofDays(32)),
          new Kept("operation", "created_at", Duration.ofDays(7)),
          new Kept("registry_event", "received_at", Duration.ofDays(7)),
          // Not every delivery says when it was sent: one that is forgotten may start a run again.
          new Kept("source_delivery", "received_at", Duration.ofDays(90)),
          new Kept("agent", "last_seen", Duration.ofDays(1)),
          new Kept("dead_outbox", "died_at", Duration.ofDays(30)),
          new Kept("pending_cleanup", "set_aside_at", Duration.ofDays(30)));

  private static final String PIECE =
      """
      delete from %1$s where ctid = any(array(
        select ctid from %1$s where %2$s < $1 limit 1000 for update skip locked))\
      """;

  private final Pieces pieces;
  private final InstantSource clock;

  ForgetOld(Pieces pieces, InstantSource clock) {
    this.pieces = pieces;
    this.clock = clock;
  }

  /**
   * @param age column with the time from which on a row is kept so long
   */
  private record Kept(String table, String age, Duration time) {}

  @Scheduled(
      every = "${slipway.retention.every:10m}",
      delayed = "2m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of(
        "The removal of old rows",
        InTurn.each(
            KEPT, kept -> Sweep.part("The removal of old rows of " + kept.table(), forget(kept))));
  }

  private Uni<Void> forget(Kept kept) {
    return pieces.untilDone(connection ->
        connection
            .preparedQuery(PIECE.formatted(kept.table(), kept.age()))
            .execute(Sql.values(clock.instant().minus(kept.time())))
            .map(RowSet::rowCount));
  }
}
