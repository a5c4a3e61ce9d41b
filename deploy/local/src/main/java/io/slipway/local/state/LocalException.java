package io.slipway.local.state;

/** Something that a person has to know or do; the message is one clear line that says what. */
public class LocalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public LocalException(String message) {
    super(message);
  }

  public LocalException(String message, Throwable cause) {
    super(message, cause);
  }
}
