package io.slipway.identity.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A service got no token for itself: identity-service refused it or did not answer, or the service
 * can't read its own secret.
 */
public final class ServiceTokenException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ServiceTokenException(String message, int status, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** The HTTP status of identity-service's answer; 0 if it did not answer or was not asked. */
  public int status() {
    return status;
  }
}
