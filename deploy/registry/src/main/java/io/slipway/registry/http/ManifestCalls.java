package io.slipway.registry.http;

import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.Repository.Manifest;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Manifests and referrers: end-3, end-7, end-9 and end-12 of the distribution specification. */
final class ManifestCalls {
  private static final int LARGEST = 4 << 20;
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  private final Notifications notifications;
  private final InstantSource clock;

  ManifestCalls(Notifications notifications, InstantSource clock) {
    this.notifications = notifications;
    this.clock = clock;
  }

  void get(Call call, String name, String reference) throws IOException {
    Manifest manifest =
        call.repository(name, "pull")
            .manifest(reference)
            .orElseThrow(() -> RegistryProblem.manifestUnknown(reference));
    HttpServerResponse response =
        call.request()
            .response()
            .putHeader("Content-Type", manifest.mediaType())
            .putHeader("Docker-Content-Digest", manifest.digest().toString())
            .putHeader("Content-Length", Integer.toString(manifest.content().length));
    if (call.request().method().equals(HttpMethod.HEAD)) {
      response.end();
    } else {
      response.end(Buffer.buffer(manifest.content()));
    }
  }

  void put(Call call, String name, String reference) throws IOException {
    Repository repository = call.repository(name, "push");
    byte[] content = body(call);
    JsonObject manifest = parse(content);
    Optional<Digest> asked = Digest.parse(reference);
    if (asked.isEmpty() && !RepositoryName.isTag(reference)) {
      throw new RegistryProblem(
          400, "TAG_INVALID", "'" + reference + "' is neither a tag nor a digest");
    }
    Digest digest = digest(content, asked);
    requireParts(repository, manifest);
    String mediaType =
        Optional.ofNullable(call.request().getHeader("Content-Type"))
            .orElse(manifest.getString("mediaType", "application/vnd.oci.image.manifest.v1+json"));
    Optional<String> tag = asked.isPresent() ? Optional.empty() : Optional.of(reference);
    repository.putManifest(digest, mediaType, content, tag, clock.instant());
    HttpServerResponse response = call.request().response();
    JsonObject subject = manifest.getJsonObject("subject");
    if (subject != null) {
      response.putHeader("OCI-Subject", subject.getString("digest", ""));
    }
    notifications.pushed(call.loginServer(), name, tag, digest, mediaType, content.length);
    response
        .setStatusCode(201)
        .putHeader("Location", "/v2/" + name + "/manifests/" + digest)
        .putHeader("Docker-Content-Digest", digest.toString())
        .putHeader("Content-Length", "0")
        .end();
  }

  void delete(Call call, String name, String reference) throws IOException {
    Repository repository = call.repository(name, "delete");
    Optional<Digest> digest = Digest.parse(reference);
    boolean gone =
        digest.isPresent()
            ? repository.deleteManifest(digest.get())
            : repository.deleteTag(reference);
    if (!gone) {
      throw RegistryProblem.manifestUnknown(reference);
    }
    notifications.deleted(
        call.loginServer(),
        name,
        digest.isPresent() ? Optional.empty() : Optional.of(reference),
        digest);
    call.request().response().setStatusCode(202).end();
  }

  void referrers(Call call, String name, String digestText) throws IOException {
    Repository repository = call.repository(name, "pull");
    Digest subject = Call.digest(digestText);
    Optional<String> wanted = call.query("artifactType");
    JsonArray found = new JsonArray();
    for (Manifest manifest : repository.manifests()) {
      JsonObject json = parse(manifest.content());
      JsonObject of = json.getJsonObject("subject");
      if (of != null && subject.toString().equals(of.getString("digest"))) {
        JsonObject entry = descriptor(manifest, json);
        if (wanted.isEmpty() || wanted.get().equals(entry.getString("artifactType"))) {
          found.add(entry);
        }
      }
    }
    HttpServerResponse response = call.request().response().putHeader("Content-Type", OCI_INDEX);
    if (wanted.isPresent()) {
      response.putHeader("OCI-Filters-Applied", "artifactType");
    }
    response.end(
        new JsonObject()
            .put("schemaVersion", 2)
            .put("mediaType", OCI_INDEX)
            .put("manifests", found)
            .toBuffer());
  }

  private static JsonObject descriptor(Manifest manifest, JsonObject json) {
    JsonObject entry =
        new JsonObject()
            .put("mediaType", manifest.mediaType())
            .put("digest", manifest.digest().toString())
            .put("size", manifest.content().length);
    JsonObject config = json.getJsonObject("config");
    String type =
        json.getString("artifactType", config == null ? null : config.getString("mediaType"));
    if (type != null) {
      entry.put("artifactType", type);
    }
    JsonObject annotations = json.getJsonObject("annotations");
    if (annotations != null) {
      entry.put("annotations", annotations);
    }
    return entry;
  }

  /** What a manifest names must be there; layers that live elsewhere, and subjects, need not. */
  private static void requireParts(Repository repository, JsonObject manifest) throws IOException {
    for (String list : List.of("layers", "manifests")) {
      for (Object entry : manifest.getJsonArray(list, new JsonArray())) {
        if (entry instanceof JsonObject part && part.getJsonArray("urls") == null) {
          requirePart(repository, part, list.equals("manifests"));
        }
      }
    }
    JsonObject config = manifest.getJsonObject("config");
    if (config != null) {
      requirePart(repository, config, false);
    }
  }

  private static void requirePart(Repository repository, JsonObject part, boolean isManifest)
      throws IOException {
    String text = part.getString("digest", "");
    Digest digest = Call.digest(text);
    boolean there =
        isManifest ? repository.manifest(text).isPresent() : repository.blob(digest).isPresent();
    if (!there) {
      throw new RegistryProblem(
          400,
          "MANIFEST_BLOB_UNKNOWN",
          "'" + text + "' is named by the manifest and not in the repository");
    }
  }

  private static Digest digest(byte[] content, Optional<Digest> asked) {
    Digest kind = asked.orElse(new Digest("sha256", ""));
    String hex = HexFormat.of().formatHex(kind.hasher().digest(content));
    if (asked.isPresent() && !asked.get().hex().equals(hex)) {
      throw RegistryProblem.digestInvalid(asked.get().toString());
    }
    return new Digest(kind.algorithm(), hex);
  }

  private static JsonObject parse(byte[] content) {
    try {
      return new JsonObject(Buffer.buffer(content));
    } catch (DecodeException malformed) {
      throw new RegistryProblem(400, "MANIFEST_INVALID", "the manifest is no JSON object");
    }
  }

  private static byte[] body(Call call) throws IOException {
    String length = call.request().getHeader("Content-Length");
    if (length != null && Long.parseLong(length) > LARGEST) {
      throw new RegistryProblem(
          413, "MANIFEST_INVALID", "a manifest has at most " + LARGEST + " bytes");
    }
    try {
      Future<Buffer> arriving = call.request().body();
      call.request().resume();
      byte[] content = arriving.toCompletionStage().toCompletableFuture().get().getBytes();
      if (content.length > LARGEST) {
        throw new RegistryProblem(
            413, "MANIFEST_INVALID", "a manifest has at most " + LARGEST + " bytes");
      }
      return content;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      throw new IOException("the manifest did not arrive", failed.getCause());
    }
  }
}
