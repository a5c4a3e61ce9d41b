package io.slipway.registry.http;

import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.Repository.Manifest;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Manifests and referrers: end-3, end-7, end-9 and end-12 of the distribution specification. */
final class ManifestCalls {
  private static final int LARGEST = 4 << 20;
  private static final int REFERRERS = 500;
  private static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";

  private final Notifications notifications;
  private final InstantSource clock;

  ManifestCalls(Notifications notifications, InstantSource clock) {
    this.notifications = notifications;
    this.clock = clock;
  }

  void get(Call call, String name, String reference) throws IOException {
    Repository repository = call.repository(name, "pull");
    Manifest manifest =
        repository
            .manifest(reference)
            .orElseThrow(() -> RegistryProblem.manifestUnknown(reference));
    Locks.requireRead(repository, List.of(reference, manifest.digest().toString()));
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
    byte[] content = call.body(LARGEST);
    ManifestDocument manifest = ManifestDocument.parse(content);
    Optional<Digest> asked = Digest.parse(reference);
    if (asked.isEmpty() && reference.contains(":")) {
      throw RegistryProblem.digestInvalid(reference);
    }
    if (asked.isEmpty()) {
      requireTag(reference);
    }
    Digest digest = digest(content, asked);
    String mediaType =
        Optional.ofNullable(call.request().getHeader("Content-Type"))
            .or(manifest::mediaType)
            .orElse("application/vnd.oci.image.manifest.v1+json");
    // By digest, it may be given any number of tags at once.
    List<String> tags =
        asked.isPresent() ? call.request().params().getAll("tag") : List.of(reference);
    tags.forEach(ManifestCalls::requireTag);
    List<String> items = new ArrayList<>(tags);
    items.add(digest.toString());
    call.budget().count();
    // What task-api hears has the order of what happened here.
    repository.alone(() -> {
      Locks.requireWrite(repository, items);
      requireParts(repository, manifest);
      call.budget().take(repository.blob(digest).isPresent() ? 0 : content.length);
      repository.putManifest(digest, mediaType, content, tags, clock.instant());
      List<Optional<String>> each =
          tags.isEmpty() ? List.of(Optional.empty()) : tags.stream().map(Optional::of).toList();
      for (Optional<String> tag : each) {
        notifications.pushed(call.loginServer(), name, tag, digest, mediaType, content.length);
      }
      return true;
    });
    HttpServerResponse response = call.request().response();
    manifest.subject().ifPresent(of -> response.putHeader("OCI-Subject", of.toString()));
    if (asked.isPresent() && !tags.isEmpty()) {
      response.putHeader("OCI-Tag", tags);
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
    if (digest.isPresent()) {
      deleteManifest(call, repository, digest.get());
    } else {
      deleteTag(call, repository, reference);
    }
    call.request().response().setStatusCode(202).end();
  }

  void deleteManifest(Call call, Repository repository, Digest digest) throws IOException {
    repository.alone(() -> {
      List<String> items = new ArrayList<>(repository.tagsOf(digest));
      items.add(digest.toString());
      Locks.requireDelete(repository, items);
      if (!repository.deleteManifest(digest)) {
        throw RegistryProblem.manifestUnknown(digest.toString());
      }
      notifications.deleted(
          call.loginServer(), repository.name(), Optional.empty(), Optional.of(digest));
      return true;
    });
  }

  void deleteTag(Call call, Repository repository, String tag) throws IOException {
    repository.alone(() -> {
      Locks.requireDelete(repository, List.of(tag));
      if (!repository.deleteTag(tag)) {
        throw RegistryProblem.manifestUnknown(tag);
      }
      notifications.deleted(
          call.loginServer(), repository.name(), Optional.of(tag), Optional.empty());
      return true;
    });
  }

  void referrers(Call call, String name, String digestText) throws IOException {
    Repository repository = call.repository(name, "pull");
    Digest subject = Call.digest(digestText);
    Optional<String> wanted = call.query("artifactType");
    JsonArray found = new JsonArray();
    String last = call.query("last").orElse("");
    int most = Math.max(1, call.page(REFERRERS, REFERRERS));
    List<String> rest =
        repository.referrers(subject).stream().filter(one -> one.compareTo(last) > 0).toList();
    long bytes = 0;
    int seen = 0;
    while (seen < Math.min(most, rest.size()) && bytes < LARGEST) {
      Optional<Manifest> manifest = repository.manifest(rest.get(seen++));
      if (manifest.isPresent()) {
        bytes += manifest.get().content().length;
        JsonObject entry =
            descriptor(manifest.get(), ManifestDocument.parse(manifest.get().content()));
        if (wanted.isEmpty() || wanted.get().equals(entry.getString("artifactType"))) {
          found.add(entry);
        }
      }
    }
    if (seen < rest.size()) {
      String type =
          wanted
              .map(it -> "&artifactType=" + URLEncoder.encode(it, StandardCharsets.UTF_8))
              .orElse("");
      call.next(call.request().path(), rest.get(seen - 1), most, type);
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
}
