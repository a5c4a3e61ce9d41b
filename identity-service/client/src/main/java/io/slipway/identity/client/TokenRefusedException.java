package io.slipway.identity.client;

/** A token whose signature is right opens nothing here; the message says why. */
public final class TokenRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  TokenRefusedException(String message) {
    super(message);
  }
}
