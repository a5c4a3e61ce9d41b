package io.slipway.taskapi.retention;

import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.store.InTurn;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.function.Function;

/**
 * Work that is done a piece at a time: each in a transaction of its own that neither waits long for
 * a lock nor takes long itself, with a pause after each, so that nobody notices. The leader alone
 * does it.
 */
@ApplicationScoped
class Pieces {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private static final String IMPATIENT =
      "select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '20s', true)";

  private final Leader leader;

  Pieces(Leader leader) {
    this.leader = leader;
  }

  /**
   * Repeats the piece until there is nothing left to do, or until another instance leads.
   *
   * @param piece how many rows it has changed; 0 ends the work
   */
  Uni<Void> untilDone(Function<SqlConnection, Uni<Integer>> piece) {
    return InTurn.whilst(() ->
        one(piece)
            .map(changed -> changed > 0)
            .call(again ->
                again
                    ? Uni.createFrom().voidItem().onItem().delayIt().by(PAUSE)
                    : Uni.createFrom().voidItem()));
  }

  /** Does one piece; 0 if another instance leads. */
  Uni<Integer> one(Function<SqlConnection, Uni<Integer>> piece) {
    return leader
        .in(connection ->
            connection.query(IMPATIENT).execute().chain(() -> piece.apply(connection)))
        .map(changed -> changed.orElse(0));
  }
}
