package io.slipway.agent.attempt;

import io.slipway.builder.EngineException;
import io.slipway.builder.RegistryCallException;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.StepErrors;

/** What the builder's exceptions mean for a run; nobody else tells their causes apart. */
public final class BuilderRefusals {
  private BuilderRefusals() {}

  /** An engine could not do what a step asks for. */
  public static Refusal of(EngineException failed) {
    Refusal.Blame blame =
        switch (failed.kind()) {
          case USER, ACCESS, NETWORK -> Refusal.Blame.USER;
          case UNSUPPORTED -> Refusal.Blame.UNSUPPORTED;
          case PLATFORM -> Refusal.Blame.PLATFORM;
        };
    return new Refusal(blame, StepErrors.shown(String.valueOf(failed.getMessage())), failed);
  }

  /** Whether the same call may succeed later: a server was away or busy. */
  public static boolean mayPass(EngineException failed) {
    return failed.kind() == EngineException.Cause.NETWORK;
  }

  /** Whether a registry decided something, rather than being away or busy. */
  public static boolean isDecided(RegistryCallException failed) {
    return switch (failed.reason()) {
      case UNAUTHORIZED, NOT_FOUND, INVALID -> true;
      case RATE_LIMITED, UNREACHABLE, STORE -> false;
    };
  }

  /** A registry did not do what it was asked for. */
  public static Refusal of(RegistryCallException failed) {
    Refusal.Blame blame =
        switch (failed.reason()) {
          case UNAUTHORIZED, NOT_FOUND, RATE_LIMITED, UNREACHABLE, INVALID -> Refusal.Blame.USER;
          case STORE -> Refusal.Blame.PLATFORM;
        };
    return new Refusal(blame, String.valueOf(failed.getMessage()), failed);
  }
}
