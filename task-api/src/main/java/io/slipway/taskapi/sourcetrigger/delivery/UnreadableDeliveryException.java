package io.slipway.taskapi.sourcetrigger.delivery;

/** A delivery is genuine, but not what its provider sends; the message says what is missing. */
public final class UnreadableDeliveryException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableDeliveryException(String message) {
    super(message);
  }
}
