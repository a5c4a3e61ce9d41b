package io.slipway.taskapi.logreader;

import java.util.LinkedHashMap;
import java.util.Map;

/** What an answer says of a log, besides its bytes. */
final class LogHeaders {
  /** Type of a log. */
  static final String TYPE = "text/plain;charset=utf-8";

  private LogHeaders() {}

  static Map<String, String> of(RunLog log) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Accept-Ranges", "bytes");
    headers.put("Cache-Control", "no-store");
    headers.put("x-ms-blob-type", "AppendBlob");
    headers.put("x-ms-version", "2018-11-09");
    log.complete().ifPresent(word -> headers.put("x-ms-meta-Complete", word));
    return headers;
  }
}
