package io.slipway.builder.registry;

import io.slipway.builder.RegistryCallException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Does several things at a time on virtual threads, whose waiting on a socket can be interrupted.
 */
final class ParallelWork {

  private ParallelWork() {}

  /**
   * Does one thing; an interrupt of the caller ends it at once.
   *
   * @throws RegistryCallException what the work threw
   */
  static <T> T run(Callable<T> work) throws RegistryCallException, InterruptedException {
    return run(List.of(work), 1).getFirst();
  }

  /**
   * Does all of it; the first failure or an interrupt of the caller ends the rest.
   *
   * @param atOnce how many at the same time
   * @return results in the order of the work
   */
  static <T> List<T> run(List<Callable<T>> work, int atOnce)
      throws RegistryCallException, InterruptedException {
    Semaphore places = new Semaphore(atOnce, true);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      CompletionService<T> finished = new ExecutorCompletionService<>(threads);
      List<Future<T>> futures = new ArrayList<>();
      for (Callable<T> each : work) {
        futures.add(finished.submit(() -> inPlace(places, each)));
      }
      for (int i = 0; i < futures.size(); i++) {
        T unused = finished.take().get();
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.resultNow());
      }
      return results;
    } catch (ExecutionException e) {
      throw unwrap(e);
    } finally {
      threads.shutdownNow();
      threads.close();
    }
  }

  private static <T> T inPlace(Semaphore places, Callable<T> work) throws Exception {
    places.acquire();
    try {
      return work.call();
    } finally {
      places.release();
    }
  }

  private static RegistryCallException unwrap(ExecutionException problem)
      throws InterruptedException {
    Throwable cause = problem.getCause();
    if (cause instanceof RegistryCallException known) {
      return known;
    }
    if (cause instanceof InterruptedException interrupt) {
      throw interrupt;
    }
    if (cause instanceof RuntimeException unexpected) {
      throw unexpected;
    }
    throw new IllegalStateException("Unexpected failure of a registry call", cause);
  }
}
