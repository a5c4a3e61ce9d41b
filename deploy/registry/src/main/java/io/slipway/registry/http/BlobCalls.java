package io.slipway.registry.http;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.registry.store.Digest;
import io.slipway.registry.store.Repository;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Blobs: end-2 and end-10 of the distribution specification. */
final class BlobCalls {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  private BlobCalls() {}

  static void get(Call call, String name, String digestText) throws IOException {
    Digest digest = Call.digest(digestText);
    Repository repository = call.repository(name, "pull");
    Locks.requireRead(repository, List.of());
    boolean head = call.request().method().equals(HttpMethod.HEAD);
    Path file =
        (head ? repository.keptBlob(digest) : repository.blob(digest))
            .orElseThrow(() -> RegistryProblem.blobUnknown(digestText));
    long size = Files.size(file);
    HttpServerResponse response =
        call.request()
            .response()
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("Docker-Content-Digest", digest.toString())
            .putHeader("Accept-Ranges", "bytes")
            .putHeader("Cache-Control", "max-age=31536000");
    if (head) {
      response.putHeader("Content-Length", Long.toString(size)).end();
      return;
    }
    String range = call.request().getHeader("Range");
    Matcher part = RANGE.matcher(range == null ? "" : range);
    // What this server does not understand (several ranges) it may ignore, and does.
    if (part.matches() && part.group().length() > "bytes=-".length()) {
      part(response, file, size, part);
    } else {
      response.putHeader("Content-Length", Long.toString(size)).sendFile(file.toString());
    }
  }

  /** The part from one byte to another one, or to the end, or as many bytes before the end. */
  private static void part(HttpServerResponse response, Path file, long size, Matcher range) {
    boolean atEnd = range.group(1).isEmpty();
    long end = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    long from = atEnd ? Math.max(0, size - end) : Long.parseLong(range.group(1));
    long last = atEnd ? size - 1 : Math.min(size - 1, end);
    if (from >= size || last < from) {
      response.putHeader("Content-Range", "bytes */" + size);
      throw new RegistryProblem(
          416, "SIZE_INVALID", "'" + range.group() + "' is not within " + size + " bytes");
    }
    response
        .setStatusCode(206)
        .putHeader("Content-Range", "bytes " + from + "-" + last + "/" + size)
        .putHeader("Content-Length", Long.toString(last - from + 1))
        .sendFile(file.toString(), from, last - from + 1);
  }

  static void delete(Call call, String name, String digestText) throws IOException {
    Repository repository = call.repository(name, "delete");
    Locks.requireDelete(repository, List.of());
    if (!repository.unlinkBlob(Call.digest(digestText))) {
      throw RegistryProblem.blobUnknown(digestText);
    }
    call.request().response().setStatusCode(202).end();
  }
}
