package io.slipway.registry.http;

import io.slipway.registry.notify.Notifications;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Lists.Order;
import io.slipway.registry.store.Lists.Page;
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
import java.util.List;
import java.util.Optional;

/** ACR's own calls, {@code /acr/v1}: what the Azure CLI reads tags and manifests with. */
final class AcrCalls {
  private static final int PAGE = 100;
  private static final int LONGEST = 1000;
  private static final long LARGEST_CONFIG = 4 << 20;
  private static final int LARGEST_CHANGE = 4096;

  private final Notifications notifications;
  private final ManifestCalls manifests;

  AcrCalls(Notifications notifications, ManifestCalls manifests) {
    this.notifications = notifications;
    this.manifests = manifests;
  }

  void repository(Call call, String name) throws IOException {
    HttpMethod method = call.request().method();
    Repository repository = call.known(name, right(method));
    if (method.equals(HttpMethod.DELETE)) {
      delete(call, repository);
      return;
    }
    if (method.equals(HttpMethod.PATCH)) {
      change(call, repository, "");
    }
    Instant created = first(repository.manifests(Order.TIME_ASC, Optional.empty(), 1), repository);
    Page latest = repository.tags(Order.TIME_DESC, Optional.empty(), 1);
    Optional<Tag> updated =
        latest.names().isEmpty() ? Optional.empty() : repository.tag(latest.names().getFirst());
    call.json(
        200,
        head(call, name)
            .put("createdTime", created.toString())
            .put("lastUpdateTime", updated.map(Tag::updated).orElse(created).toString())
            .put("manifestCount", repository.manifestNames().size())
            .put("tagCount", repository.tagNames().size())
            .put("changeableAttributes", Locks.view(repository.attributes(""))));
  }

  private static Instant first(Page oldest, Repository repository) throws IOException {
    return oldest.names().isEmpty()
        ? Instant.EPOCH
        : repository
            .manifest(oldest.names().getFirst())
            .map(Manifest::created)
            .orElse(Instant.EPOCH);
  }

  private void delete(Call call, Repository repository) throws IOException {
    JsonObject answer =
        repository.alone(() -> {
          List<String> digests = repository.manifestNames();
          List<String> tags = repository.tagNames();
          Locks.requireDelete(repository, repository.firstProtected().stream().toList());
          repository.delete();
          for (String digest : digests) {
            notifications.deleted(
                call.loginServer(), repository.name(), Optional.empty(), Digest.parse(digest));
          }
          return new JsonObject()
              .put("manifestsDeleted", new JsonArray(digests))
              .put("tagsDeleted", new JsonArray(tags));
        });
    call.json(202, answer);
  }

  private static String right(HttpMethod method) {
    return method.equals(HttpMethod.DELETE)
        ? "delete"
        : method.equals(HttpMethod.PATCH) ? "metadata_write" : "metadata_read";
  }

  /** Changes the attributes of an item; those of the repository have no name. */
  private static void change(Call call, Repository repository, String item) throws IOException {
    byte[] body = call.body(LARGEST_CHANGE);
    repository.alone(() -> {
      if (!item.isEmpty() && repository.manifest(item).isEmpty()) {
        throw RegistryProblem.manifestUnknown(item);
      }
      repository.lock(item, Locks.changed(repository.attributes(item), body));
      return true;
    });
  }

  private static Order order(Call call) {
    return switch (call.query("orderby").orElse("")) {
      case "timeasc" -> Order.TIME_ASC;
      case "timedesc" -> Order.TIME_DESC;
      default -> Order.NAME;
    };
  }

  void tags(Call call, String name) throws IOException {
    Repository repository = call.known(name, "metadata_read");
    int most = call.page(PAGE, LONGEST);
    Page page = repository.tags(order(call), call.query("last"), most);
    call.next("/acr/v1/" + name + "/_tags", page, most);
    JsonArray views = new JsonArray();
    for (String tag : page.names()) {
      Optional<Tag> found = repository.tag(tag);
      if (found.isPresent()) {
        views.add(view(repository, found.get()));
      }
    }
    call.json(200, head(call, name).put("tags", views));
  }

  void tag(Call call, String name, String tag) throws IOException {
    HttpMethod method = call.request().method();
    Repository repository = call.known(name, right(method));
    if (method.equals(HttpMethod.DELETE)) {
      manifests.deleteTag(call, repository, tag);
      call.request().response().setStatusCode(202).end();
      return;
    }
    Tag found = repository.tag(tag).orElseThrow(() -> RegistryProblem.manifestUnknown(tag));
    if (method.equals(HttpMethod.PATCH)) {
      change(call, repository, tag);
    }
    call.json(200, head(call, name).put("tag", view(repository, found)));
  }

  void manifests(Call call, String name) throws IOException {
    Repository repository = call.known(name, "metadata_read");
    int most = call.page(PAGE, LONGEST);
    Page page = repository.manifests(order(call), call.query("last"), most);
    call.next("/acr/v1/" + name + "/_manifests", page, most);
    JsonArray views = new JsonArray();
    for (String digest : page.names()) {
      Optional<Manifest> manifest = repository.manifest(digest);
      if (manifest.isPresent()) {
        views.add(view(repository, manifest.get()));
      }
    }
    call.json(200, head(call, name).put("manifests", views));
  }

  void manifest(Call call, String name, String digestText) throws IOException {
    HttpMethod method = call.request().method();
    Repository repository = call.known(name, right(method));
    Digest digest = Call.digest(digestText);
    if (method.equals(HttpMethod.DELETE)) {
      manifests.deleteManifest(call, repository, digest);
      call.request().response().setStatusCode(202).end();
      return;
    }
    Manifest manifest =
        repository
            .manifest(digestText)
            .orElseThrow(() -> RegistryProblem.manifestUnknown(digestText));
    if (method.equals(HttpMethod.PATCH)) {
      change(call, repository, digestText);
    }
    call.json(200, head(call, name).put("manifest", view(repository, manifest)));
  }

  private static JsonObject head(Call call, String name) {
    return new JsonObject().put("registry", call.loginServer()).put("imageName", name);
  }

  private static JsonObject view(Repository repository, Tag tag) throws IOException {
    return new JsonObject()
        .put("name", tag.name())
        .put("digest", tag.digest().toString())
        .put("createdTime", tag.created().toString())
        .put("lastUpdateTime", tag.updated().toString())
        .put("signed", false)
        .put("changeableAttributes", Locks.view(repository.attributes(tag.name())));
  }

  private static JsonObject view(Repository repository, Manifest manifest) throws IOException {
    JsonObject json = new JsonObject(Buffer.buffer(manifest.content()));
    JsonObject view =
        new JsonObject()
            .put("digest", manifest.digest().toString())
            .put("imageSize", size(json))
            .put("createdTime", manifest.created().toString())
            .put("lastUpdateTime", manifest.created().toString())
            .put("mediaType", manifest.mediaType())
            .put("tags", new JsonArray(repository.tagsOf(manifest.digest())))
            .put(
                "changeableAttributes",
                Locks.view(repository.attributes(manifest.digest().toString())));
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
}
