package io.slipway.agent.lease;

/** The run cannot go on; the message is for its user, without secrets. */
public class RunFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public RunFailedException(String message) {
    super(message);
  }

  /** Makes one with its cause. */
  public RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
