package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;

/**
 * Tries every registry of a run before its first step: a run that may not push at the end fails
 * here, not after an hour of building.
 */
final class LogInToRegistries {
  private LogInToRegistries() {}

  /**
   * Logs in to the registries that the specification names, in its order.
   *
   * @throws Refusal with the registry and its reason, at the first that refuses
   */
  static void run(Attempt attempt) throws Refusal, InterruptedException {
    for (String registry : attempt.spec().logins()) {
      attempt.log().engine("Logging in to registry: " + registry);
      try {
        attempt.registries().logIn(registry);
      } catch (RegistryCallException refused) {
        throw BuilderRefusals.of(refused).because("failed to login to " + registry);
      }
      attempt.log().engine("Successfully logged into " + registry);
    }
  }
}
