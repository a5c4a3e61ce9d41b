package io.slipway.registry.http;

import io.slipway.registry.store.Digest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs: end-2 and end-10 of the distribution specification. */
final class BlobCalls {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private BlobCalls() {}

  static void get(Call call, String name, String digestText) throws IOException {
    Digest digest = Call.digest(digestText);
    Path file =
        call.repository(name, "pull")
            .blob(digest)
            .orElseThrow(() -> RegistryProblem.blobUnknown(digestText));
    long size = Files.size(file);
    HttpServerResponse response =
        call.request()
            .response()
            .putHeader("Content-Type", "application/octet-stream")
            .putHeader("Docker-Content-Digest", digest.toString())
            .putHeader("Accept-Ranges", "bytes")
            .putHeader("Cache-Control", "max-age=31536000");
    if (call.request().method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", Long.toString(size)).end();
      return;
    }
    String range = call.request().getHeader("Range");
    if (range == null) {
      response.putHeader("Content-Length", Long.toString(size)).sendFile(file.toString());
    } else {
      part(response, file, size, range);
    }
  }

  private static void part(HttpServerResponse response, Path file, long size, String range) {
    Matcher match = RANGE.matcher(range);
    long from = match.matches() ? Long.parseLong(match.group(1)) : size;
    if (from >= size) {
      response.putHeader("Content-Range", "bytes */" + size);
      throw new RegistryProblem(
          416, "SIZE_INVALID", "range '" + range + "' is not within " + size + " bytes");
    }
    long last =
        match.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(match.group(2)));
    response
        .setStatusCode(206)
        .putHeader("Content-Range", "bytes " + from + "-" + last + "/" + size)
        .putHeader("Content-Length", Long.toString(last - from + 1))
        .sendFile(file.toString(), from, last - from + 1);
  }

  static void delete(Call call, String name, String digestText) throws IOException {
    if (!call.repository(name, "delete").unlinkBlob(Call.digest(digestText))) {
      throw RegistryProblem.blobUnknown(digestText);
    }
    call.request().response().setStatusCode(202).end();
  }
}
