package io.slipway.identity.oauth;

/** A refusal in OAuth's shape (RFC 6749 section 5.2). */
public final class OAuthException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String error;

  /** A refusal; the description is what the person sees. */
  public OAuthException(int status, String error, String description) {
    super(description);
    this.status = status;
    this.error = error;
  }

  static OAuthException invalidRequest(String description) {
    return new OAuthException(400, "invalid_request", description);
  }

  int status() {
    return status;
  }

  /** OAuth's code. */
  String error() {
    return error;
  }
}
