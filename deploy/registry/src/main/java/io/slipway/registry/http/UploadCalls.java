package io.slipway.registry.http;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.registry.store.BlobStore;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.RegistryStore;
import io.slipway.registry.store.Repository;
import io.slipway.registry.store.RepositoryName;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;

/** Uploads: end-4a to end-6, end-11, end-13 and end-14 of the distribution specification. */
final class UploadCalls {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes[ =])?(\\d{1,18})-(\\d{1,18})(?:/.*)?");

  private final Vertx vertx;
  private final Set<Path> writing = ConcurrentHashMap.newKeySet();

  UploadCalls(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Begins an upload, or does it in one go, or mounts a blob of another repository. */
  void begin(Call call, String name) throws IOException {
    Optional<String> mount = call.query("mount");
    Optional<String> from = mount.flatMap(it -> call.query("from")).filter(RepositoryName::isValid);
    // Who has to log in is told of both repositories: a mount needs a right to each.
    String source = from.map(it -> " repository:" + it + ":pull").orElse("");
    Repository repository = call.repository(name, "push", source);
    Locks.requireWrite(repository, List.of());
    if (from.isPresent() && mounted(call, repository, mount.orElseThrow(), from.get())) {
      return;
    }
    String id = UUID.randomUUID().toString();
    call.budget().beginSession();
    Path file;
    try {
      file = Files.createFile(repository.uploads().resolve(id));
    } catch (IOException failed) {
      call.budget().endSession();
      throw failed;
    }
    Optional<String> digest = call.query("digest");
    if (digest.isPresent()) {
      Call.digest(digest.get());
      try {
        receive(call, file);
        finish(call, repository, file, digest.get());
      } finally {
        drop(call, file); // there is nobody who could go on with it
      }
      created(call, repository, Call.digest(digest.get()));
    } else {
      accepted(call, name, id, 0, 202);
    }
  }

  /**
   * Only what the caller may pull there can be mounted; otherwise the upload begins as if the blob
   * did not exist.
   */
  private static boolean mounted(Call call, Repository to, String digestText, String fromName)
      throws IOException {
    Optional<Digest> digest = Digest.parse(digestText);
    if (digest.isEmpty()
        || !call.access().allows(fromName, "pull")
        || call.store().repository(fromName).blob(digest.get()).isEmpty()) {
      return false;
    }
    long size = to.blob(digest.get()).isPresent() ? 0 : size(call.store(), digest.get());
    call.budget().count();
    call.budget().take(size);
    if (!to.linkBlob(digest.get())) {
      call.budget().giveBack(size);
      return false;
    }
    created(call, to, digest.get());
    return true;
  }

  private static long size(RegistryStore store, Digest digest) throws IOException {
    Path file = store.blobs().file(digest);
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /** Deletes an upload, if it is there. */
  private static void drop(Call call, Path file) throws IOException {
    if (Files.exists(file)) {
      long size = Files.size(file);
      Files.delete(file);
      call.budget().endSession();
      call.budget().giveBack(size);
    }
  }

  /** Appends a chunk, which must begin where the last one ended. */
  void patch(Call call, String name, String id) throws IOException {
    long size =
        alone(
            call,
            name,
            id,
            file -> {
              requireNext(call, name, id, file);
              receive(call, file);
              return Files.size(file);
            });
    accepted(call, name, id, size, 202);
  }

  @FunctionalInterface
  private interface Writer {
    long write(Path upload) throws IOException;
  }

  /**
   * An upload has one writer at a time. It has closed the file before another may begin, so that
   * nobody can write to a blob that was verified.
   */
  private long alone(Call call, String name, String id, Writer writer) throws IOException {
    Path file = call.repository(name, "push").uploads().resolve(id(id));
    if (!writing.add(file)) {
      throw new RegistryProblem(
          409,
          "BLOB_UPLOAD_INVALID",
          "another request writes to this upload; ask where it stands once that has ended");
    }
    try {
      return writer.write(upload(call, name, id));
    } catch (NoSuchFileException swept) {
      throw RegistryProblem.uploadUnknown();
    } finally {
      writing.remove(file);
    }
  }

  /** Refuses a chunk that says it belongs elsewhere, and tells where the upload stands. */
  private static void requireNext(Call call, String name, String id, Path file) throws IOException {
    String range = call.request().getHeader("Content-Range");
    if (range == null) {
      return;
    }
    Matcher match = CONTENT_RANGE.matcher(range);
    if (!match.matches() || Long.parseLong(match.group(1)) != Files.size(file)) {
      call.request()
          .response()
          .putHeader("Range", range(file))
          .putHeader("Location", location(name, id));
      throw new RegistryProblem(
          416, "BLOB_UPLOAD_INVALID", "chunk " + range + " does not follow " + range(file));
    }
    String length = call.request().getHeader("Content-Length");
    long said = Long.parseLong(match.group(2)) - Long.parseLong(match.group(1)) + 1;
    if (length != null && !length.equals(Long.toString(said))) {
      throw new RegistryProblem(
          400, "SIZE_INVALID", "chunk " + range + " has " + length + " bytes");
    }
  }

  /** Ends an upload; the body may hold the last chunk. */
  void put(Call call, String name, String id) throws IOException {
    Repository repository = call.repository(name, "push");
    String digest = call.query("digest").orElseThrow(() -> RegistryProblem.digestInvalid(""));
    Digest asked = Call.digest(digest);
    alone(
        call,
        name,
        id,
        file -> {
          requireNext(call, name, id, file);
          receive(call, file);
          finish(call, repository, file, digest);
          return 0;
        });
    created(call, repository, asked);
  }

  void status(Call call, String name, String id) throws IOException {
    accepted(call, name, id, Files.size(upload(call, name, id)), 204);
  }

  void cancel(Call call, String name, String id) throws IOException {
    alone(
        call,
        name,
        id,
        file -> {
          drop(call, file);
          return 0;
        });
    call.request().response().setStatusCode(204).end();
  }

  private static Path upload(Call call, String name, String id) throws IOException {
    Repository repository = call.repository(name, "push");
    Path file = repository.uploads().resolve(id(id));
    if (!Files.exists(file)) {
      throw RegistryProblem.uploadUnknown();
    }
    return file;
  }

  /** Accepts only ids that this registry has given out itself. */
  private static String id(String text) {
    try {
      return UUID.fromString(text).toString();
    } catch (IllegalArgumentException malformed) {
      throw RegistryProblem.uploadUnknown();
    }
  }

  private static void finish(Call call, Repository repository, Path file, String digestText)
      throws IOException {
    Digest digest = Call.digest(digestText);
    if (!BlobStore.matches(file, digest)) {
      drop(call, file);
      throw RegistryProblem.digestInvalid(digestText);
    }
    long again = repository.blob(digest).isPresent() ? Files.size(file) : 0;
    call.store().blobs().take(file, digest);
    call.budget().endSession();
    call.budget().giveBack(again);
    if (!repository.linkBlob(digest)) {
      throw new IOException("the blob is gone");
    }
  }

  private static void created(Call call, Repository repository, Digest digest) {
    call.request()
        .response()
        .setStatusCode(201)
        .putHeader("Location", "/v2/" + repository.name() + "/blobs/" + digest)
        .putHeader("Docker-Content-Digest", digest.toString())
        .putHeader("Content-Length", "0")
        .end();
  }

  private static void accepted(Call call, String name, String id, long size, int status) {
    HttpServerResponse response = call.request().response().setStatusCode(status);
    response
        .putHeader("Location", location(name, id))
        .putHeader("Docker-Upload-UUID", id)
        .putHeader("Range", "0-" + Math.max(0, size - 1))
        .putHeader("OCI-Chunk-Min-Length", "0");
    if (status != 204) {
      response.putHeader("Content-Length", "0");
    }
    response.end();
  }

  private static String range(Path file) throws IOException {
    return "0-" + Math.max(0, Files.size(file) - 1);
  }

  private static String location(String name, String id) {
    return "/v2/" + name + "/blobs/uploads/" + id;
  }

  /** Streams the body to the end of a file, with back-pressure. */
  private void receive(Call call, Path file) throws IOException {
    call.budget().count();
    call.budget().beginUpload();
    try {
      append(call, file);
    } finally {
      call.budget().endUpload();
    }
  }

  private void append(Call call, Path file) throws IOException {
    long before = Files.size(file);
    Promise<Void> received = Promise.promise();
    call.context()
        .runOnContext(now ->
            vertx
                .fileSystem()
                .open(file.toString(), new OpenOptions().setRead(false).setAppend(true))
                .compose(target -> call.request().pipeTo(new TakenIn(target, call.budget())))
                .onComplete(received));
    try {
      received.future().toCompletionStage().toCompletableFuture().get();
      // The last write may fail after the pipe has ended well.
      if (Files.size(file) != before + call.request().bytesRead()) {
        throw diskFull(call, file);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (ExecutionException failed) {
      if (isDiskFull(failed)) {
        throw diskFull(call, file);
      }
      for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
        if (cause instanceof RegistryProblem noRoom) {
          drop(call, file);
          throw noRoom;
        }
      }
      throw new IOException("the upload was interrupted", failed.getCause());
    }
  }

  /** What the upload holds may be what others have no room for. */
  private static RegistryProblem diskFull(Call call, Path file) throws IOException {
    drop(call, file);
    return new RegistryProblem(
        507, "UNKNOWN", "the registry has no space left on its disk; the upload was deleted");
  }

  private static boolean isDiskFull(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("No space left on device") || message.contains("quota exceeded")) {
        return true;
      }
    }
    return false;
  }
}
