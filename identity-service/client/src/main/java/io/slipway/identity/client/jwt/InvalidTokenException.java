package io.slipway.identity.client.jwt;

/** A token that is not to be trusted. The message says why and holds nothing of the token. */
public final class InvalidTokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidTokenException(String reason) {
    super(reason);
  }
}
