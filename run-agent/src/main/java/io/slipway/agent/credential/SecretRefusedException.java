package io.slipway.agent.credential;

/** A secret is not there, or not for this run; the message is for its user, without secrets. */
public class SecretRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public SecretRefusedException(String message) {
    super(message);
  }
}
