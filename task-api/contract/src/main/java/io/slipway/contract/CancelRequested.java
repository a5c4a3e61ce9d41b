package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * Someone asks that a run be canceled.
 *
 * @param registry name of the registry
 * @param runId id of the run
 */
public record CancelRequested(String registry, String runId) implements RegistryRequest {
  @Override
  public @Nullable String task() {
    return null;
  }
}
