package io.slipway.identity.memory;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Starts work; that it can't be started is a failure of it like any other. */
final class Started {
  private Started() {}

  static <T> CompletionStage<T> of(Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException notStarted) {
      return CompletableFuture.failedStage(notStarted);
    }
  }
}
