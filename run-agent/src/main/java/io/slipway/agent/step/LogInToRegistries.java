package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Tries every registry of a run before its first step: a run that may not push at the end fails
 * here, not after an hour of building.
 */
final class LogInToRegistries {
  private LogInToRegistries() {}

  /**
   * Logs in to the registries that the specification names: to all at once, told in their order.
   *
   * @throws Refusal with the registry and its reason, at the first that refuses
   */
  static void run(Attempt attempt) throws Refusal, InterruptedException {
    Map<String, Future<Boolean>> tries = new LinkedHashMap<>();
    try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
      for (String each : attempt.spec().logins()) {
        tries.put(each, together.submit(() -> attempt.registries().logIn(each)));
      }
      try {
        for (Map.Entry<String, Future<Boolean>> tried : tries.entrySet()) {
          attempt.log().engine("Logging in to registry: " + tried.getKey());
          await(tried.getValue(), tried.getKey());
          attempt.log().engine("Successfully logged into " + tried.getKey());
        }
      } finally {
        together.shutdownNow();
      }
    }
  }

  private static void await(Future<Boolean> tried, String registry)
      throws Refusal, InterruptedException {
    try {
      boolean unused = tried.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RegistryCallException refused) {
        throw BuilderRefusals.of(refused).because("failed to login to " + registry);
      }
      throw new IllegalStateException(failed.getCause());
    }
  }
}
