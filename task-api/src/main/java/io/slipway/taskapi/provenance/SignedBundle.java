package io.slipway.taskapi.provenance;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * A signed statement as clients look for it beside an image: a bundle of Sigstore's format with a
 * DSSE envelope. There is no transparency log in it. Pure.
 *
 * @see <a
 *     href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto">the
 *     format</a>
 */
public record SignedBundle(
    String mediaType, VerificationMaterial verificationMaterial, Envelope dsseEnvelope) {
  /** Its media type. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  record VerificationMaterial(PublicKey publicKey) {}

  record PublicKey(String hint) {}

  record Envelope(String payload, String payloadType, List<Signature> signatures) {}

  /** Without a keyid: cosign passes over signatures whose keyid is not of its own kind. */
  record Signature(String sig) {}

  /**
   * The bundle.
   *
   * @param statement the statement, byte by byte as it was signed
   * @param signature base64 of the signature over it as the envelope's payload
   */
  public static SignedBundle of(String statement, String keyId, String signature) {
    return new SignedBundle(
        MEDIA_TYPE,
        new VerificationMaterial(new PublicKey(keyId)),
        new Envelope(
            Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8)),
            "application/vnd.in-toto+json",
            List.of(new Signature(signature))));
  }
}
