package io.slipway.registry.http;

import io.slipway.registry.store.BlobStore.ManifestReader;
import io.slipway.registry.store.Digest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a registry has to know about a manifest or index. It is read before anything is stored, so
 * that whatever is stored can be read again.
 *
 * @param json all of it
 * @param blobs digests of the configuration and of layers that are kept here
 * @param manifests digests of the manifests of an index
 * @param subject digest of the manifest that it refers to
 */
record ManifestDocument(
    JsonObject json, List<Digest> blobs, List<Digest> manifests, Optional<Digest> subject) {

  /** Reads one; a field that is not what it should be is refused with 400 and its name. */
  static ManifestDocument parse(byte[] content) {
    JsonObject json;
    try {
      json = new JsonObject(Buffer.buffer(content));
    } catch (DecodeException malformed) {
      throw invalid("the manifest is not a JSON object");
    }
    List<Digest> blobs = new ArrayList<>();
    object(json, "config").ifPresent(config -> blobs.add(digest(config, "config")));
    for (JsonObject layer : objects(json, "layers")) {
      // A layer with an address elsewhere need not be here.
      if (layer.getValue("urls") == null) {
        blobs.add(digest(layer, "layers"));
      }
    }
    List<Digest> manifests =
        objects(json, "manifests").stream().map(entry -> digest(entry, "manifests")).toList();
    Optional<Digest> subject = object(json, "subject").map(of -> digest(of, "subject"));
    text(json, "mediaType");
    text(json, "artifactType");
    object(json, "annotations");
    object(json, "config").ifPresent(config -> text(config, "mediaType"));
    return new ManifestDocument(json, List.copyOf(blobs), manifests, subject);
  }

  /** What the store has to know: whatever looks like a digest keeps a blob from being swept. */
  static final ManifestReader READER =
      new ManifestReader(
          content -> {
            Set<Digest> named = new HashSet<>();
            collect(new JsonObject(Buffer.buffer(content)), named);
            return named;
          },
          content -> {
            try {
              return parse(content).subject();
            } catch (RegistryProblem malformed) {
              return Optional.empty();
            }
          });

  private static void collect(@Nullable Object value, Set<Digest> named) {
    if (value instanceof JsonObject object) {
      object.forEach(field -> collect(field.getValue(), named));
    } else if (value instanceof JsonArray array) {
      array.forEach(entry -> collect(entry, named));
    } else if (value instanceof String text) {
      Digest.parse(text).ifPresent(named::add);
    }
  }

  /** The media type that it declares, if any. */
  Optional<String> mediaType() {
    return Optional.ofNullable(json.getString("mediaType"));
  }

  /** Its type as an artifact: as it declares it, else the type of its configuration. */
  @Nullable String artifactType() {
    JsonObject config = json.getJsonObject("config");
    return json.getString("artifactType", config == null ? null : config.getString("mediaType"));
  }

  @Nullable JsonObject annotations() {
    return json.getJsonObject("annotations");
  }

  private static Digest digest(JsonObject descriptor, String field) {
    Object size = descriptor.getValue("size");
    if (size != null && !(size instanceof Number)) {
      throw invalid("size in " + field + " is not a number");
    }
    String text = text(descriptor, "digest").orElse("");
    return Digest.parse(text)
        .orElseThrow(() -> invalid("'" + text + "' in " + field + " is not a digest"));
  }

  private static Optional<JsonObject> object(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof JsonObject object) {
      return Optional.of(object);
    }
    throw invalid(field + " is not an object");
  }

  private static List<JsonObject> objects(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof JsonArray array)) {
      throw invalid(field + " is not a list");
    }
    List<JsonObject> objects = new ArrayList<>();
    for (Object entry : array) {
      if (!(entry instanceof JsonObject object)) {
        throw invalid(field + " has an entry that is not an object");
      }
      objects.add(object);
    }
    return objects;
  }

  private static Optional<String> text(JsonObject json, String field) {
    Object value = json.getValue(field);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    throw invalid(field + " is not a string");
  }

  private static RegistryProblem invalid(String why) {
    return new RegistryProblem(400, "MANIFEST_INVALID", why);
  }
}
