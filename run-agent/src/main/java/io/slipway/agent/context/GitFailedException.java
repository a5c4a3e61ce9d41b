package io.slipway.agent.context;

import java.io.IOException;

/** git said no; the message has no secret. */
final class GitFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  GitFailedException(String message) {
    super(message);
  }
}
