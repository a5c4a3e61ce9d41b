package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.dockerfile.Instruction;

/** Errors of a build, with the place in the Dockerfile. */
final class BuildFailure {
  private BuildFailure() {}

  /** The Dockerfile or its program is wrong. */
  static EngineException user(Instruction at, String message) {
    return new EngineException(
        EngineException.Cause.USER, "Dockerfile line " + at.line() + ": " + message);
  }

  /** This engine cannot do it. */
  static EngineException unsupported(Instruction at, String message) {
    return new EngineException(
        EngineException.Cause.UNSUPPORTED, "Dockerfile line " + at.line() + ": " + message);
  }
}
