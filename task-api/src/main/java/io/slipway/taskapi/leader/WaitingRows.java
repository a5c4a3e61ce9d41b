package io.slipway.taskapi.leader;

import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Rows that wait for something to be done, taken a piece at a time on the instance that leads. The
 * work is what takes a row off those that wait. One sweep takes so many pieces at most, since other
 * work comes after it; the next goes on where it stopped.
 */
@ApplicationScoped
public class WaitingRows {
  private static final int MOST_PIECES = 50;
  private static final int AT_ONCE = 16;

  private final Leader leader;

  WaitingRows(Leader leader) {
    this.leader = leader;
  }

  /**
   * One row after another; the first failure ends the sweep.
   *
   * @param piece rows that are read at a time
   * @param find reads up to so many rows, in the transaction of the leader
   */
  public <T> Uni<Void> inTurn(
      int piece,
      BiFunction<SqlConnection, Integer, Uni<List<T>>> find,
      Function<T, Uni<Void>> work) {
    return pieces(piece, find, rows -> InTurn.each(rows, work));
  }

  /** Several rows at the same time; a failure ends the sweep after the piece that it is in. */
  public <T> Uni<Void> atOnce(
      int piece,
      BiFunction<SqlConnection, Integer, Uni<List<T>>> find,
      Function<T, Uni<Void>> work) {
    return pieces(
        piece,
        find,
        rows ->
            Uni.join()
                .all(rows.stream().map(work).toList())
                .usingConcurrencyOf(AT_ONCE)
                .andCollectFailures()
                .replaceWithVoid());
  }

  private <T> Uni<Void> pieces(
      int piece,
      BiFunction<SqlConnection, Integer, Uni<List<T>>> find,
      Function<List<T>, Uni<Void>> work) {
    AtomicInteger left = new AtomicInteger(MOST_PIECES);
    return InTurn.whilst(() ->
        leader
            .in(connection -> find.apply(connection, piece))
            .map(rows -> rows.orElse(List.of()))
            .chain(rows ->
                rows.isEmpty()
                    ? Uni.createFrom().item(false)
                    : work.apply(rows)
                        .replaceWith(() -> rows.size() == piece && left.decrementAndGet() > 0)));
  }
}
