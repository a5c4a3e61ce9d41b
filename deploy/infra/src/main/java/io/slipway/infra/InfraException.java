package io.slipway.infra;

/** Kafka or PostgreSQL could not be started; the message says what to do. */
public class InfraException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InfraException(String message) {
    super(message);
  }

  public InfraException(String message, Throwable cause) {
    super(message, cause);
  }
}
