package io.slipway.builder.layer;

import java.io.IOException;

/** A file is not what it was when its layer was planned, so that it cannot be copied. */
public final class SourceChangedException extends IOException {
  private static final long serialVersionUID = 1L;

  public SourceChangedException(String path, String how) {
    super("'" + path + "' changed while it was copied: " + how);
  }
}
