package io.slipway.registry.notify;

import io.slipway.registry.RegistryConfig;
import io.slipway.registry.store.AtomicFile;
import io.slipway.registry.store.Digest;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * What happened to tags and manifests, on disk until task-api has it. Written before the client
 * gets its answer, so that a notification may be late but is never lost.
 */
@ApplicationScoped
public class Notifications {
  private final Path folder;
  private final boolean on;
  private final InstantSource clock;
  private final AtomicLong last = new AtomicLong();

  /** Those of a registry service; none are written if it knows no task-api. */
  public Notifications(RegistryConfig config, InstantSource clock) {
    this.folder = config.registry().dataDir().resolve("notifications");
    this.on = config.taskApiUrl().isPresent();
    this.clock = clock;
  }

  public void pushed(
      String loginServer,
      String repository,
      Optional<String> tag,
      Digest digest,
      String mediaType,
      long size)
      throws IOException {
    write(
        event(loginServer, "push", repository, tag)
            .put("digest", digest.toString())
            .put("mediaType", mediaType)
            .put("size", size));
  }

  /** A tag, or a manifest with all its tags, was deleted. */
  public void deleted(
      String loginServer, String repository, Optional<String> tag, Optional<Digest> digest)
      throws IOException {
    write(
        event(loginServer, "delete", repository, tag)
            .put("digest", digest.map(Digest::toString).orElse(null)));
  }

  /** The oldest that wait, in order. */
  List<Path> waiting(int most) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".json"))
          .sorted()
          .limit(most)
          .toList();
    }
  }

  private JsonObject event(
      String loginServer, String action, String repository, Optional<String> tag) {
    Instant now = clock.instant();
    return new JsonObject()
        .put("id", UUID.randomUUID().toString())
        .put("registry", loginServer)
        .put("action", action)
        .put("repository", repository)
        .put("tag", tag.orElse(null))
        .put("time", now.toString());
  }

  private void write(JsonObject event) throws IOException {
    if (!on) {
      return;
    }
    long millis = clock.instant().toEpochMilli();
    long order = last.updateAndGet(before -> Math.max(before + 1, millis * 1000));
    AtomicFile.write(folder.resolve("%020d.json".formatted(order)), event.toBuffer().getBytes());
  }
}
