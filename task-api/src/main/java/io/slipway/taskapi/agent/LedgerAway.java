package io.slipway.taskapi.agent;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.store.Outage;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What agents and the broker are told when the database does not answer. If no instance of the
 * ledger can do anything the code is {@code LedgerAway}, and an agent may go on with its runs. If
 * only this instance or this call is in trouble it is not: another instance may be giving the
 * agent's runs away.
 */
@ApplicationScoped
class LedgerAway {
  /** Agents count an answer within three seconds. */
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final LedgerBeats beats;

  LedgerAway(LedgerBeats beats) {
    this.beats = beats;
  }

  /** The work's result within two seconds, or 503. */
  <T> Uni<T> orAnswer(Uni<T> work) {
    return orAnswer(work, LIMIT);
  }

  /** The work's result within the limit, which must be positive, or 503. */
  <T> Uni<T> orAnswer(Uni<T> work, Duration limit) {
    if (beats.isLedgerAway()) {
      return Uni.createFrom().failure(LedgerAway::away); // it would only wait in the pool
    }
    // A copy: who no longer waits must not cancel the transaction, whose connection would be lost.
    CompletableFuture<T> result = work.subscribeAsCompletionStage();
    return Uni.createFrom()
        .completionStage(result.copy())
        .ifNoItem()
        .after(limit)
        .fail()
        .onFailure(failure -> failure instanceof TimeoutException || Outage.is(failure))
        .transform(failure -> beats.isLedgerAway() ? away() : slow(failure));
  }

  private static ArmException away() {
    return ArmException.of(503, "LedgerAway", "The ledger's database does not answer.");
  }

  private static ArmException slow(Throwable failure) {
    return ArmException.unavailable(Outage.message(failure));
  }
}
