package io.slipway.builder.store;

import java.io.IOException;

/** The store's own disk failed, not the place that something came from. */
public class StoreException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Makes one. */
  public StoreException(IOException cause) {
    super("The image store cannot write: " + cause.getMessage(), cause);
  }
}
