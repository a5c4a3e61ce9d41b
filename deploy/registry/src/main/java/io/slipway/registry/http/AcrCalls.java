package io.slipway.registry.http;

import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.Repository.Manifest;
import io.slipway.registry.store.Repository.Tag;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** ACR's own calls, {@code /acr/v1}: what the Azure CLI reads tags and manifests with. */
final class AcrCalls {
  private static final int PAGE = 100;
  private static final long LARGEST_CONFIG = 4 << 20;

  private final Notifications notifications;

  AcrCalls(Notifications notifications) {
    this.notifications = notifications;
  }

  void repository(Call call, String name) throws IOException {
    boolean delete = call.request().method().equals(HttpMethod.DELETE);
    Repository repository = known(call, name, delete ? "delete" : "metadata_read");
    List<Tag> tags = repository.tags();
    List<Manifest> manifests = repository.manifests();
    if (delete) {
      repository.delete();
      for (Manifest manifest : manifests) {
        notifications.deleted(
            call.loginServer(), name, Optional.empty(), Optional.of(manifest.digest()));
      }
      call.json(
          202,
          new JsonObject()
              .put(
                  "manifestsDeleted",
                  new JsonArray(manifests.stream().map(m -> m.digest().toString()).toList()))
              .put("tagsDeleted", new JsonArray(tags.stream().map(Tag::name).toList())));
      return;
    }
    Instant created =
        manifests.stream()
            .map(Manifest::created)
            .min(Comparator.naturalOrder())
            .orElse(Instant.EPOCH);
    Instant updated =
        tags.stream().map(Tag::updated).max(Comparator.naturalOrder()).orElse(created);
    call.json(
        200,
        head(call, name)
            .put("createdTime", created.toString())
            .put("lastUpdateTime", updated.toString())
            .put("manifestCount", manifests.size())
            .put("tagCount", tags.size())
            .put("changeableAttributes", attributes()));
  }

  void tags(Call call, String name) throws IOException {
    Repository repository = known(call, name, "metadata_read");
    Comparator<Tag> order =
        switch (call.query("orderby").orElse("")) {
          case "timeasc" -> Comparator.comparing(Tag::updated).thenComparing(Tag::name);
          case "timedesc" -> Comparator.comparing(Tag::updated).reversed().thenComparing(Tag::name);
          default -> Comparator.comparing(Tag::name);
        };
    List<Tag> all = repository.tags().stream().sorted(order).toList();
    Optional<String> last = call.query("last");
    int from = 0;
    if (last.isPresent()) {
      List<String> names = all.stream().map(Tag::name).toList();
      from = names.contains(last.get()) ? names.indexOf(last.get()) + 1 : 0;
    }
    int most = call.page(PAGE);
    List<Tag> page = all.stream().skip(from).limit(most).toList();
    if (!page.isEmpty() && from + page.size() < all.size()) {
      call.request()
          .response()
          .putHeader(
              "Link",
              "</acr/v1/%s/_tags?last=%s&n=%d&orderby=%s>; rel=\"next\""
                  .formatted(
                      name,
                      page.get(page.size() - 1).name(),
                      most,
                      call.query("orderby").orElse("")));
    }
    call.json(
        200,
        head(call, name).put("tags", new JsonArray(page.stream().map(AcrCalls::view).toList())));
  }

  void tag(Call call, String name, String tag) throws IOException {
    boolean delete = call.request().method().equals(HttpMethod.DELETE);
    Repository repository = known(call, name, delete ? "delete" : "metadata_read");
    Tag found = repository.tag(tag).orElseThrow(() -> RegistryProblem.manifestUnknown(tag));
    if (delete) {
      repository.deleteTag(tag);
      notifications.deleted(call.loginServer(), name, Optional.of(tag), Optional.empty());
      call.request().response().setStatusCode(202).end();
    } else {
      call.json(200, head(call, name).put("tag", view(found)));
    }
  }

  void manifests(Call call, String name) throws IOException {
    Repository repository = known(call, name, "metadata_read");
    JsonArray views = new JsonArray();
    for (Manifest manifest : repository.manifests()) {
      views.add(view(repository, manifest));
    }
    call.json(200, head(call, name).put("manifests", views));
  }

  void manifest(Call call, String name, String digestText) throws IOException {
    boolean delete = call.request().method().equals(HttpMethod.DELETE);
    Repository repository = known(call, name, delete ? "delete" : "metadata_read");
    Digest digest = Call.digest(digestText);
    Manifest manifest =
        repository
            .manifest(digestText)
            .orElseThrow(() -> RegistryProblem.manifestUnknown(digestText));
    if (delete) {
      repository.deleteManifest(digest);
      notifications.deleted(call.loginServer(), name, Optional.empty(), Optional.of(digest));
      call.request().response().setStatusCode(202).end();
    } else {
      call.json(200, head(call, name).put("manifest", view(repository, manifest)));
    }
  }

  private static Repository known(Call call, String name, String action) {
    Repository repository = call.repository(name, action);
    if (!repository.exists()) {
      throw RegistryProblem.nameUnknown(name);
    }
    return repository;
  }

  private static JsonObject head(Call call, String name) {
    return new JsonObject().put("registry", call.loginServer()).put("imageName", name);
  }

  private static JsonObject view(Tag tag) {
    return new JsonObject()
        .put("name", tag.name())
        .put("digest", tag.digest().toString())
        .put("createdTime", tag.created().toString())
        .put("lastUpdateTime", tag.updated().toString())
        .put("signed", false)
        .put("changeableAttributes", attributes());
  }

  private static JsonObject view(Repository repository, Manifest manifest) throws IOException {
    JsonObject json = new JsonObject(Buffer.buffer(manifest.content()));
    List<String> tags =
        repository.tags().stream()
            .filter(tag -> tag.digest().equals(manifest.digest()))
            .map(Tag::name)
            .toList();
    JsonObject view =
        new JsonObject()
            .put("digest", manifest.digest().toString())
            .put("imageSize", size(json))
            .put("createdTime", manifest.created().toString())
            .put("lastUpdateTime", manifest.created().toString())
            .put("mediaType", manifest.mediaType())
            .put("tags", new JsonArray(tags))
            .put("changeableAttributes", attributes());
    Optional<JsonObject> image = image(repository, json);
    if (image.isPresent()) {
      view.put("architecture", image.get().getValue("architecture", ""))
          .put("os", image.get().getValue("os", ""));
    }
    return view;
  }

  /** The configuration of an image; that of an artifact may be anything, and is none. */
  private static Optional<JsonObject> image(Repository repository, JsonObject manifest)
      throws IOException {
    JsonObject config = manifest.getJsonObject("config");
    if (config == null) {
      return Optional.empty();
    }
    Optional<Path> file = repository.blob(Call.digest(config.getString("digest")));
    if (file.isEmpty() || Files.size(file.get()) > LARGEST_CONFIG) {
      return Optional.empty();
    }
    try {
      return Optional.of(new JsonObject(Buffer.buffer(Files.readAllBytes(file.get()))));
    } catch (DecodeException other) {
      return Optional.empty();
    }
  }

  private static long size(JsonObject manifest) {
    long size = manifest.getJsonObject("config", new JsonObject()).getLong("size", 0L);
    for (Object layer : manifest.getJsonArray("layers", new JsonArray())) {
      size += layer instanceof JsonObject part ? part.getLong("size", 0L) : 0;
    }
    return size;
  }

  private static JsonObject attributes() {
    return new JsonObject()
        .put("deleteEnabled", true)
        .put("writeEnabled", true)
        .put("readEnabled", true)
        .put("listEnabled", true);
  }
}
