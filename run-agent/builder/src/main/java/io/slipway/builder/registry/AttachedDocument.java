package io.slipway.builder.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.cloud.tools.jib.blob.Blobs;
import io.slipway.builder.RegistryAccess.Attached;
import io.slipway.builder.RegistryAccess.Attachment;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.store.LimitedOutputStream;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A document as an artifact whose subject is an image.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md">OCI
 *     distribution, pushing manifests with subject</a>
 */
final class AttachedDocument {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST = 100;
  private static final int LARGEST = 4 << 20;
  private static final String EMPTY = "{}";
  private static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";

  private final RegistrySession session;
  private final ImageReference image;

  AttachedDocument(RegistrySession session, ImageReference image) {
    this.session = session;
    this.image = image;
  }

  PushedImage push(Attachment attachment) throws RegistryCallException, InterruptedException {
    Descriptor subject = subject();
    pushBlob(EMPTY);
    pushBlob(attachment.text());
    RawManifest manifest = manifest(subject, attachment);
    session.putManifest(manifest, manifest.digest());
    if (session.referrers(subject.digest()).isEmpty()) {
      list(subject, manifest, attachment);
    }
    return new PushedImage(manifest.digest(), manifest.mediaType(), manifest.size());
  }

  private Descriptor subject() throws RegistryCallException, InterruptedException {
    return session
        .head(image.reference())
        .orElseThrow(() ->
            new RegistryCallException(
                Reason.NOT_FOUND,
                image.registry(),
                image.repository(),
                "manifest for " + image.familiar() + " not found"));
  }

  /** The documents of a type. */
  Attached read(String mediaType) throws RegistryCallException, InterruptedException {
    String subject = subject().digest();
    Optional<String> listed = session.referrers(subject);
    if (listed.isEmpty()) {
      String tag = tag(subject);
      listed =
          session.head(tag).isEmpty()
              ? Optional.empty()
              : Optional.of(session.manifest(tag).json());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode entry : listed.isEmpty() ? List.<JsonNode>of() : entries(listed.get())) {
      if (entry.path("artifactType").asText().equals(mediaType) && texts.size() < MOST) {
        text(entry.path("digest").asText()).ifPresent(texts::add);
      }
    }
    return new Attached(subject, texts);
  }

  private static Iterable<JsonNode> entries(String index) {
    try {
      return JSON.readTree(index).path("manifests");
    } catch (JsonProcessingException unreadable) {
      return List.of();
    }
  }

  private Optional<String> text(String digest) throws RegistryCallException, InterruptedException {
    if (!Sha256.isDigest(digest)) {
      return Optional.empty();
    }
    Descriptor layer;
    try {
      List<Descriptor> layers = ImageManifest.parse(session.manifest(digest)).layers();
      if (layers.size() != 1 || layers.getFirst().size() > LARGEST) {
        return Optional.empty();
      }
      layer = layers.getFirst();
    } catch (MalformedImageException unreadable) {
      return Optional.empty();
    }
    return Optional.of(
        session.attempt(
            "blob " + layer.digest(),
            () -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              try (OutputStream out = new LimitedOutputStream(bytes, layer.size())) {
                session.writeBlobOnce(layer.digest(), out);
              }
              return bytes.toString(StandardCharsets.UTF_8);
            }));
  }

  private static String tag(String digest) {
    return digest.replace(':', '-');
  }

  private void pushBlob(String text) throws RegistryCallException, InterruptedException {
    String digest = Sha256.of(text);
    if (!session.hasBlob(digest)) {
      boolean unused = session.pushBlob(digest, Blobs.from(text), null);
    }
  }

  private static RawManifest manifest(Descriptor subject, Attachment attachment) {
    ObjectNode root = JSON.createObjectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MediaTypes.OCI_MANIFEST);
    root.put("artifactType", attachment.mediaType());
    root.set("config", descriptor(EMPTY_TYPE, Sha256.of(EMPTY), EMPTY.length()));
    String text = attachment.text();
    root.putArray("layers")
        .add(
            descriptor(
                attachment.mediaType(),
                Sha256.of(text),
                text.getBytes(StandardCharsets.UTF_8).length));
    root.set("subject", descriptor(subject.mediaType(), subject.digest(), subject.size()));
    root.set("annotations", JSON.valueToTree(attachment.annotations()));
    return new RawManifest(MediaTypes.OCI_MANIFEST, root.toString());
  }

  /** Two that do this at once may lose one of the entries; the artifacts themselves stay. */
  private void list(Descriptor subject, RawManifest manifest, Attachment attachment)
      throws RegistryCallException, InterruptedException {
    String tag = tag(subject.digest());
    Optional<Descriptor> before = session.head(tag);
    ObjectNode index = before.isEmpty() ? emptyIndex() : index(session.manifest(tag));
    ObjectNode entry = descriptor(manifest.mediaType(), manifest.digest(), manifest.size());
    entry.put("artifactType", attachment.mediaType());
    entry.set("annotations", JSON.valueToTree(attachment.annotations()));
    index.withArray("/manifests").add(entry);
    session.putManifest(new RawManifest(MediaTypes.OCI_INDEX, index.toString()), tag);
  }

  private ObjectNode index(RawManifest found) throws RegistryCallException {
    try {
      JsonNode read = JSON.readTree(found.json());
      if (read instanceof ObjectNode index && index.path("manifests").isArray()) {
        return index;
      }
    } catch (JsonProcessingException unreadable) {
      // said below
    }
    throw new RegistryCallException(
        Reason.INVALID,
        image.registry(),
        image.repository(),
        "the tag for what is attached to " + image.familiar() + " is not an index",
        null);
  }

  private static ObjectNode emptyIndex() {
    ObjectNode index = JSON.createObjectNode();
    index.put("schemaVersion", 2);
    index.put("mediaType", MediaTypes.OCI_INDEX);
    index.putArray("manifests");
    return index;
  }

  private static ObjectNode descriptor(String mediaType, String digest, long size) {
    ObjectNode descriptor = JSON.createObjectNode();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest);
    descriptor.put("size", size);
    return descriptor;
  }
}
