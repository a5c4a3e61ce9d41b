package io.slipway.builder;

/** A step could not be done. The message is for the person who wrote the task, without secrets. */
public class EngineException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Cause kind;

  /** Who has to act. */
  public enum Cause {
    /** The task, its Dockerfile or its program is wrong or failed. */
    USER,
    /** A registry or server said no, or credentials are missing. */
    ACCESS,
    /** A registry or server could not be reached, or failed. */
    NETWORK,
    /** This machine or this engine cannot do it; the message says what could. */
    UNSUPPORTED,
    /** Slipway or the machine failed. */
    PLATFORM
  }

  /** Makes one. */
  public EngineException(Cause kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Makes one with what led to it. */
  public EngineException(Cause kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Who has to act. */
  public Cause kind() {
    return kind;
  }
}
