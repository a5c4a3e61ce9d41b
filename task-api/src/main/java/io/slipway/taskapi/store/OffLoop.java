package io.slipway.taskapi.store;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Callable;

/** Work that blocks or takes long, away from the event loop; what follows is back on it. */
@ApplicationScoped
public class OffLoop {
  private final Vertx vertx;

  OffLoop(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What the work gives, or its failure. */
  public <T> Uni<T> call(Callable<T> work) {
    return Uni.createFrom()
        .completionStage(() -> vertx.executeBlocking(work, false).toCompletionStage());
  }
}
