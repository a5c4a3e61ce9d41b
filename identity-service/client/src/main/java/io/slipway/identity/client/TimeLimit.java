package io.slipway.identity.client;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Ends the wait for work, not the work: to cancel a transaction would cost its connection. So a
 * call that never comes back, because the other side hangs and the connection stays open, holds up
 * nobody; should it come back later, what it does then is still done, and its result is dropped.
 */
public final class TimeLimit {

  private TimeLimit() {}

  /**
   * What the work gives, on the caller's own context.
   *
   * @param limit how long to wait, at least a millisecond; after that it fails with {@link
   *     TimeoutException}
   */
  public static <T> Uni<T> of(Duration limit, Supplier<Uni<T>> work) {
    return ReactiveHttp.onOwnContext(
            () -> {
              CompletableFuture<T> result = new CompletableFuture<>();
              Uni.createFrom()
                  .deferred(work::get)
                  .subscribe()
                  .with(result::complete, result::completeExceptionally);
              return result.orTimeout(limit.toMillis(), MILLISECONDS);
            })
        .onFailure(failure -> failure instanceof TimeoutException && failure.getMessage() == null)
        .transform(late -> new TimeoutException("no answer within " + limit.toMillis() + " ms"));
  }

  /**
   * Does work to its end, also when whoever asked has gone: a session whose transaction is cut off
   * can be neither committed nor closed, and its connection would be lost to the pool for good.
   */
  public static <T> Uni<T> toItsEnd(Uni<T> work) {
    return Uni.createFrom().emitter(asked -> work.subscribe().with(asked::complete, asked::fail));
  }
}
