package io.slipway.contract;

import org.jspecify.annotations.Nullable;

/**
 * What somebody asks of a registry by an event instead of a call. It counts with an assertion of
 * identity-service about who asks, see {@link RequestDigest}; that principal needs the same rights
 * as for the call.
 */
public sealed interface RegistryRequest extends RunEvent permits RunRequested, CancelRequested {
  /** Name of the registry. */
  String registry();

  /** Name of the task that it is about, or null. */
  @Nullable String task();
}
