package io.slipway.builder.config;

import java.io.IOException;

/** A manifest, configuration or layer is not what its specification says. */
public class MalformedImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes one; the message says what was wrong and where. */
  public MalformedImageException(String message) {
    super(message);
  }

  /** Makes one with what led to it. */
  public MalformedImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
