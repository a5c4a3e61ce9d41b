package io.slipway.taskapi.log.text;

import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.RunState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a reader may see of a log now.
 *
 * @param runUid run that it belongs to
 * @param length bytes that can be read
 * @param state how far the run has got
 * @param expected length of the whole log, or null while the run goes on
 * @param sealed whether nothing more will come though bytes are missing
 */
public record RunLog(
    UUID runUid, long length, RunState state, @Nullable Long expected, boolean sealed) {
  /** Media type of a log. */
  public static final String TYPE = "text/plain;charset=utf-8";

  /** Headers of an answer that has the log or a part of it, in the words of blob storage. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Accept-Ranges", "bytes");
    headers.put("Cache-Control", "no-store");
    headers.put("x-ms-blob-type", "AppendBlob");
    headers.put("x-ms-version", "2018-11-09");
    complete().ifPresent(word -> headers.put("x-ms-meta-Complete", word));
    return headers;
  }

  /**
   * Word that marks the end of the log, as the CLI knows it; empty before the run's final state and
   * before the last byte.
   */
  public Optional<String> complete() {
    if (!(state instanceof RunState.Finished finished)) {
      return Optional.empty();
    }
    boolean whole = sealed || (expected != null && length >= expected);
    return whole ? Optional.of(word(finished.outcome())) : Optional.empty();
  }

  private static String word(RunOutcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> "successful";
      case FAILED -> "failed";
      case CANCELED -> "canceled";
      case TIMEOUT -> "timedout";
      case ERROR -> "internalerror";
    };
  }
}
