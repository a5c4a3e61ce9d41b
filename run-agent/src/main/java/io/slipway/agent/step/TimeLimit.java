package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Does something within a time, and interrupts it when the time is up. */
final class TimeLimit {
  private TimeLimit() {}

  /** Work that may fail or be interrupted. */
  @FunctionalInterface
  interface Work {
    void run() throws Refusal, InterruptedException;
  }

  /**
   * Returns when the work is over; nothing of it is left when this returns or throws. The end of
   * the executor's block waits for its thread: work that is interrupted still stops its container,
   * and the next try of the step must not meet it.
   *
   * @throws StepFailure if the time was not enough
   */
  static void within(Duration limit, Work work) throws Refusal, InterruptedException {
    try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> done =
          thread.submit(() -> {
            work.run();
            return null;
          });
      try {
        done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException late) {
        done.cancel(true);
        throw StepFailure.late(limit.toSeconds());
      } catch (InterruptedException ended) {
        done.cancel(true);
        throw ended;
      } catch (ExecutionException failed) {
        rethrow(Objects.requireNonNull(failed.getCause()));
      }
    }
  }

  private static void rethrow(Throwable cause) throws Refusal, InterruptedException {
    switch (cause) {
      case Refusal failed -> throw failed;
      case InterruptedException ended -> throw ended;
      case RuntimeException broken -> throw broken;
      case Error fatal -> throw fatal;
      default -> throw new IllegalStateException(cause);
    }
  }
}
