package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryCallException;

/** Errors of registries in the engine's words. */
public final class RegistryFailure {
  private RegistryFailure() {}

  /** The same, with who has to act. */
  public static EngineException of(RegistryCallException problem) {
    EngineException.Cause cause =
        switch (problem.reason()) {
          case UNAUTHORIZED -> EngineException.Cause.ACCESS;
          case NOT_FOUND, INVALID -> EngineException.Cause.USER;
          case RATE_LIMITED, UNREACHABLE -> EngineException.Cause.NETWORK;
          case STORE -> EngineException.Cause.PLATFORM;
        };
    return new EngineException(cause, String.valueOf(problem.getMessage()), problem);
  }
}
