package io.slipway.taskapi.provenance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A signed statement as clients look for it beside an image: a bundle of Sigstore's format with a
 * DSSE envelope. There is no transparency log in it. Pure.
 *
 * @see <a
 *     href="https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto">the
 *     format</a>
 */
public final class SignedBundle {
  /** Its media type. */
  public static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private SignedBundle() {}

  /**
   * The bundle as JSON.
   *
   * @param signature base64 of the signature over the statement as the envelope's payload
   */
  public static String of(String statement, String keyId, String signature) {
    ObjectNode bundle = JsonNodeFactory.instance.objectNode();
    bundle.put("mediaType", MEDIA_TYPE);
    bundle.putObject("verificationMaterial").putObject("publicKey").put("hint", keyId);
    ObjectNode envelope = bundle.putObject("dsseEnvelope");
    envelope.put(
        "payload", Base64.getEncoder().encodeToString(statement.getBytes(StandardCharsets.UTF_8)));
    envelope.put("payloadType", "application/vnd.in-toto+json");
    // Without a keyid: cosign passes over signatures whose keyid is not of its own kind.
    envelope.putArray("signatures").addObject().put("sig", signature);
    return bundle.toString();
  }
}
