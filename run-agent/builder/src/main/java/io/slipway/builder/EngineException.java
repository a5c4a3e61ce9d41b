package io.slipway.builder;

import io.slipway.builder.CredentialSource.CredentialRefusedException;

/** A step could not be done. The message is for the person who wrote the task, without secrets. */
public class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Cause kind;

  /** Who has to act. */
  public enum Cause {
    /** The task, its Dockerfile or its program is wrong or failed. */
    USER,
    /** A registry or server refused, or credentials are missing. */
    ACCESS,
    /** A registry or server could not be reached, or failed. */
    NETWORK,
    /** This machine or this engine cannot do it; the message says what could. */
    UNSUPPORTED,
    /** Slipway or the machine failed. */
    PLATFORM
  }

  /** With who has to act. */
  public EngineException(Cause kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** With who has to act, and what led to it. */
  public EngineException(Cause kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Who has to act. */
  public Cause kind() {
    return kind;
  }

  /** The task, its Dockerfile or its program is wrong or failed. */
  public static EngineException user(String message) {
    return new EngineException(Cause.USER, message);
  }

  /** The same, with what led to it. */
  public static EngineException user(String message, Throwable cause) {
    return new EngineException(Cause.USER, message, cause);
  }

  /** The same, in the words of what led to it. */
  public static EngineException user(Exception cause) {
    return user(String.valueOf(cause.getMessage()), cause);
  }

  /** This machine or this engine cannot do it. */
  public static EngineException unsupported(String message) {
    return new EngineException(Cause.UNSUPPORTED, message);
  }

  /** The same, with what led to it. */
  public static EngineException unsupported(String message, Throwable cause) {
    return new EngineException(Cause.UNSUPPORTED, message, cause);
  }

  /** Slipway or the machine failed. */
  public static EngineException platform(String message) {
    return new EngineException(Cause.PLATFORM, message);
  }

  /** The same, with what led to it. */
  public static EngineException platform(String message, Throwable cause) {
    return new EngineException(Cause.PLATFORM, message, cause);
  }

  /** A registry did not do what a step needs. */
  public static EngineException of(RegistryCallException problem) {
    Cause cause =
        switch (problem.reason()) {
          case UNAUTHORIZED -> Cause.ACCESS;
          case NOT_FOUND, INVALID -> Cause.USER;
          // What the source of credentials waited for in vain, nobody waits for again.
          case RATE_LIMITED, UNREACHABLE ->
              problem.getCause() instanceof CredentialRefusedException
                  ? Cause.ACCESS
                  : Cause.NETWORK;
          case STORE -> Cause.PLATFORM;
        };
    return new EngineException(cause, String.valueOf(problem.getMessage()), problem);
  }
}
