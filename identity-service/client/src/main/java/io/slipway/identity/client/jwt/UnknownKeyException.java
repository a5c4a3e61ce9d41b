package io.slipway.identity.client.jwt;

/** A token names a key that is not among those known now; it may be a new one. */
final class UnknownKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnknownKeyException() {
    super("unknown key");
  }
}
