package io.slipway.registry.http;

import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.Repository.Manifest;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
    ManifestDocument manifest = ManifestDocument.parse(content);
    Optional<Digest> asked = Digest.parse(reference);
    if (asked.isEmpty() && reference.contains(":")) {
      throw RegistryProblem.digestInvalid(reference);
    }
    if (asked.isEmpty()) {
      requireTag(reference);
    }
    Digest digest = digest(content, asked);
    requireParts(repository, manifest);
    String mediaType =
        Optional.ofNullable(call.request().getHeader("Content-Type"))
            .or(manifest::mediaType)
            .orElse("application/vnd.oci.image.manifest.v1+json");
    // By digest, it may be given any number of tags at once.
    List<String> tags =
        asked.isPresent() ? call.request().params().getAll("tag") : List.of(reference);
    tags.forEach(ManifestCalls::requireTag);
    repository.putManifest(digest, mediaType, content, tags, clock.instant());
    HttpServerResponse response = call.request().response();
    manifest.subject().ifPresent(of -> response.putHeader("OCI-Subject", of.toString()));
    if (asked.isPresent() && !tags.isEmpty()) {
      response.putHeader("OCI-Tag", tags);
    }
    notifications.pushed(
        call.loginServer(), name, tags.stream().findFirst(), digest, mediaType, content.length);
    for (String tag : tags.subList(Math.min(1, tags.size()), tags.size())) {
      notifications.pushed(
          call.loginServer(), name, Optional.of(tag), digest, mediaType, content.length);
    }
    response
        .setStatusCode(201)
        .putHeader("Location", "/v2/" + name + "/manifests/" + digest)
        .putHeader("Docker-Content-Digest", digest.toString())
        .putHeader("Content-Length", "0")
        .end();
  }

  private static void requireTag(String text) {
    if (!RepositoryName.isTag(text)) {
      throw new RegistryProblem(400, "TAG_INVALID", "'" + text + "' is not a valid tag");
    }
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
      ManifestDocument document = ManifestDocument.parse(manifest.content());
      if (document.subject().filter(subject::equals).isPresent()) {
        JsonObject entry = descriptor(manifest, document);
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

  private static JsonObject descriptor(Manifest manifest, ManifestDocument document) {
    JsonObject entry =
        new JsonObject()
            .put("mediaType", manifest.mediaType())
            .put("digest", manifest.digest().toString())
            .put("size", manifest.content().length);
    String type = document.artifactType();
    if (type != null) {
      entry.put("artifactType", type);
    }
    JsonObject annotations = document.annotations();
    if (annotations != null) {
      entry.put("annotations", annotations);
    }
    return entry;
  }

  /** Blobs and manifests that a manifest names must exist; its subject need not. */
  private static void requireParts(Repository repository, ManifestDocument manifest)
      throws IOException {
    for (Digest blob : manifest.blobs()) {
      requirePart(blob, repository.blob(blob).isPresent());
    }
    for (Digest part : manifest.manifests()) {
      requirePart(part, repository.manifest(part.toString()).isPresent());
    }
  }

  private static void requirePart(Digest digest, boolean there) {
    if (!there) {
      throw new RegistryProblem(
          400,
          "MANIFEST_BLOB_UNKNOWN",
          "'" + digest + "' is named by the manifest and not in the repository");
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

  /** The body, as long as it is not too long; what is too long is not kept while it arrives. */
  private static byte[] body(Call call) throws IOException {
    CompletableFuture<Buffer> whole = new CompletableFuture<>();
    call.context().runOnContext(now -> collect(call.request(), whole));
    try {
      return whole.get().getBytes();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RegistryProblem problem) {
        throw problem;
      }
      throw new IOException("the manifest did not arrive", failed.getCause());
    }
  }

  private static void collect(HttpServerRequest request, CompletableFuture<Buffer> whole) {
    Buffer arrived = Buffer.buffer();
    if (request.isEnded()) {
      whole.complete(arrived);
      return;
    }
    request
        .exceptionHandler(whole::completeExceptionally)
        .endHandler(end -> whole.complete(arrived))
        .handler(piece -> {
          if (arrived.length() + piece.length() > LARGEST) {
            whole.completeExceptionally(
                new RegistryProblem(
                    413, "MANIFEST_INVALID", "a manifest has at most " + LARGEST + " bytes"));
          } else {
            arrived.appendBuffer(piece);
          }
        })
        .resume();
  }
}
