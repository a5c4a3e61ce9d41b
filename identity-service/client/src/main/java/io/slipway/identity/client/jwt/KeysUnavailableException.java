package io.slipway.identity.client.jwt;

/** The issuer's keys can't be read now, so a token could not be checked; it may still be good. */
public final class KeysUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KeysUnavailableException(String why, Throwable cause) {
    super(why, cause);
  }
}
