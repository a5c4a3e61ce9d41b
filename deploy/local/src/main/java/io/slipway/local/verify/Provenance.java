package io.slipway.local.verify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Signed provenance of an image. {@link #of} alone makes one, so there is none that was not
 * checked.
 */
public final class Provenance {
  /** Media type of the documents that can be checked. */
  public static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PREDICATE = "https://slsa.dev/provenance/v1";

  private final JsonNode statement;

  private Provenance(JsonNode statement) {
    this.statement = statement;
  }

  /**
   * What a document says, if one of the keys has signed it and it is provenance of the image.
   *
   * @param bundle text of the document
   * @param digest digest of the image's manifest
   */
  public static Optional<Provenance> of(String bundle, String digest, List<PublicKey> keys) {
    try {
      JsonNode envelope = JSON.readTree(bundle).path("dsseEnvelope");
      byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
      byte[] message = message(envelope.path("payloadType").asText(), payload);
      boolean signed =
          StreamSupport.stream(envelope.path("signatures").spliterator(), false)
              .limit(10)
              .map(signature -> Base64.getDecoder().decode(signature.path("sig").asText()))
              .anyMatch(signature -> keys.stream().anyMatch(key -> holds(key, message, signature)));
      JsonNode statement = JSON.readTree(payload);
      boolean ofImage =
          StreamSupport.stream(statement.path("subject").spliterator(), false)
              .anyMatch(
                  subject -> digest.equals("sha256:" + subject.at("/digest/sha256").asText()));
      return signed && ofImage && statement.path("predicateType").asText().equals(PREDICATE)
          ? Optional.of(new Provenance(statement))
          : Optional.empty();
    } catch (IllegalArgumentException | IOException unreadable) {
      return Optional.empty();
    }
  }

  /** What a DSSE signature is of. */
  private static byte[] message(String type, byte[] payload) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int length = type.getBytes(StandardCharsets.UTF_8).length;
    message.writeBytes(
        "DSSEv1 %d %s %d "
            .formatted(length, type, payload.length)
            .getBytes(StandardCharsets.UTF_8));
    message.writeBytes(payload);
    return message.toByteArray();
  }

  private static boolean holds(PublicKey key, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance("SHA256withECDSA");
      check.initVerify(key);
      check.update(message);
      return check.verify(signature);
    } catch (GeneralSecurityException other) {
      return false; // not a signature of such a key
    }
  }

  /** For people, a line each. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    JsonNode details = statement.at("/predicate/runDetails");
    JsonNode definition = statement.at("/predicate/buildDefinition");
    lines.add("builder   " + details.at("/builder/id").asText());
    lines.add("run       " + details.at("/metadata/invocationId").asText());
    line(lines, "task      ", definition.at("/externalParameters/task"));
    line(lines, "context   ", definition.at("/externalParameters/step/contextPath"));
    line(lines, "trigger   ", definition.at("/internalParameters/trigger"));
    line(lines, "started   ", details.at("/metadata/startedOn"));
    for (JsonNode material : definition.path("resolvedDependencies")) {
      JsonNode sha256 = material.at("/digest/sha256");
      String digest =
          sha256.isTextual()
              ? "sha256:" + sha256.asText()
              : material.at("/digest/gitCommit").asText();
      lines.add("from      " + material.path("uri").asText("git commit") + " " + digest);
    }
    return lines;
  }

  private static void line(List<String> lines, String name, JsonNode value) {
    if (value.isTextual()) {
      lines.add(name + value.asText());
    }
  }

  /** The statement as JSON. */
  public String statement() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(statement);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
