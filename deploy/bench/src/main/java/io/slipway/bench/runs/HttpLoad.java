package io.slipway.bench.runs;

import io.slipway.bench.platform.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Authenticated calls of {@code scheduleRun} over connections that stay open. */
final class HttpLoad implements Load {
  private static final byte[] RUN_ID = "\"runId\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int TOO_MANY = 429;

  private final List<HttpConnection> connections = new ArrayList<>();
  private final byte[] request;
  private final AtomicInteger refused = new AtomicInteger();

  /**
   * Opens its connections.
   *
   * @param request the call, as bytes
   */
  HttpLoad(int port, int connections, byte[] request) throws IOException {
    this.request = request;
    for (int i = 0; i < connections; i++) {
      this.connections.add(HttpConnection.open(port));
    }
  }

  @Override
  public int workers() {
    return connections.size();
  }

  @Override
  public String send(int worker) throws IOException, InterruptedException {
    while (true) {
      HttpConnection.Answer answer = connections.get(worker).send(request);
      if (answer.status() == TOO_MANY) {
        refused.incrementAndGet();
        TimeUnit.SECONDS.sleep(Math.max(1, answer.retryAfter()));
      } else if (answer.status() >= 300) {
        throw new IOException("scheduleRun answered " + answer.status() + " " + answer.text());
      } else {
        return runId(answer.body());
      }
    }
  }

  /** Reading the whole of the JSON would cost more than the rest of the client. */
  static String runId(byte[] body) throws IOException {
    for (int at = 0; at + RUN_ID.length < body.length; at++) {
      int same = 0;
      while (same < RUN_ID.length && body[at + same] == RUN_ID[same]) {
        same++;
      }
      if (same == RUN_ID.length) {
        int end = at + same;
        while (end < body.length && body[end] != '"') {
          end++;
        }
        return new String(body, at + same, end - at - same, StandardCharsets.UTF_8);
      }
    }
    throw new IOException("no run id in " + new String(body, StandardCharsets.UTF_8));
  }

  @Override
  public int refused() {
    return refused.get();
  }

  @Override
  public void close() throws IOException {
    for (HttpConnection connection : connections) {
      connection.close();
    }
  }
}
