package io.slipway.bench.logs;

import io.slipway.bench.platform.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader of a log while it grows. Lines say themselves when they were printed; what counts is how
 * long after that the reader had them.
 */
final class LogReader {
  /** What {@code date +at_%s.%N} prints. */
  private static final Pattern PRINTED = Pattern.compile("at_(\\d+\\.\\d{9})");

  private static final int LONGEST = 40;

  private final List<Double> millis = new ArrayList<>();
  private String rest = "";

  /** Reads the stream of a run to its end. */
  void follow(int port, byte[] request) throws IOException {
    try (HttpConnection connection = HttpConnection.open(port)) {
      connection.follow(request);
      for (byte[] chunk = connection.chunk(); chunk.length > 0; chunk = connection.chunk()) {
        took(new String(chunk, StandardCharsets.UTF_8), Instant.now());
      }
    }
  }

  /** Takes a piece of the stream; a time that is cut goes on in the next. */
  void took(String piece, Instant now) {
    String text = rest + piece;
    int end = Math.max(0, text.length() - LONGEST);
    Matcher matcher = PRINTED.matcher(text);
    while (matcher.find()) {
      double printed = Double.parseDouble(matcher.group(1));
      double seen = now.getEpochSecond() + now.getNano() / 1e9;
      millis.add((seen - printed) * 1000);
      end = Math.max(end, matcher.end());
    }
    rest = text.substring(end);
  }

  /** Delays of all lines so far, in ms. */
  List<Double> millis() {
    return millis;
  }
}
