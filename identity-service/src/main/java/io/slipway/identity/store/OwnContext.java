package io.slipway.identity.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Brings callers that share one read back each to its own context. All would go on where the answer
 * came otherwise, and a database session belongs to one context.
 */
public final class OwnContext {
  private OwnContext() {}

  /** What a stage gives, on the caller's own context. */
  public static <T> Uni<T> uni(Supplier<CompletionStage<T>> stage) {
    return Uni.createFrom()
        .deferred(() -> {
          CompletionStage<T> started = stage.get();
          Context context = Vertx.currentContext();
          Uni<T> result = Uni.createFrom().completionStage(started);
          return context == null || started.toCompletableFuture().isDone()
              ? result
              : result.emitOn(task -> context.runOnContext(done -> task.run()));
        });
  }
}
