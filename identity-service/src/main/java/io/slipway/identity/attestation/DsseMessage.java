package io.slipway.identity.attestation;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What the signature of a DSSE envelope is of: the payload with its type, each with its length. */
final class DsseMessage {
  /** Type of in-toto statements. */
  static final String IN_TOTO = "application/vnd.in-toto+json";

  private DsseMessage() {}

  static byte[] of(String type, byte[] payload) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int length = type.getBytes(StandardCharsets.UTF_8).length;
    message.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(length, type, payload.length)
            .getBytes(StandardCharsets.UTF_8));
    message.writeBytes(payload);
    return message.toByteArray();
  }
}
