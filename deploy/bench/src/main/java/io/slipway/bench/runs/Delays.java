package io.slipway.bench.runs;

import io.slipway.bench.measure.Percentiles;
import io.slipway.bench.platform.HttpConnection;
import io.slipway.bench.platform.Ledger;
import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** How long runs wait, on an idle platform and on a busy one. All times in ms. */
final class Delays {
  private static final List<String> OVER =
      List.of("Succeeded", "Failed", "Canceled", "Error", "Timeout");
  private static final long REST = 60;

  /** A look costs the same processors as what is looked at. */
  private static final long LOOK = 5;

  private static final long LIMIT = 60_000;
  private static final long LOAD_MILLIS = 8_000;
  private static final long OVERLOAD_MILLIS = 4_000;

  private final Stage stage;
  private final Load load;

  Delays(Stage stage, Load load) {
    this.stage = stage;
    this.load = load;
  }

  /**
   * Of single runs.
   *
   * @param start from the request to the start
   * @param whole from the request until a reader of the API sees the end
   */
  record Idle(Percentiles start, Percentiles whole) {}

  /** One run after the other. */
  Idle idle(int runs) throws SQLException, IOException, InterruptedException, ExecutionException {
    long newest = stage.ledger().newest(Stage.REGISTRY);
    Map<String, Instant> due = new HashMap<>();
    List<Double> whole = new ArrayList<>();
    Instant begin = Instant.now();
    try (HttpConnection reader = HttpConnection.open(stage.platform().ports().taskApi())) {
      for (int i = 0; i < runs; i++) {
        Instant now = Instant.now();
        String id = load.send(0);
        due.put(id, now);
        if (load instanceof HttpLoad) {
          awaitEnd(reader, id);
          whole.add(Duration.between(now, Instant.now()).toNanos() / 1e6);
        } else {
          stage.awaitComplete(newest, i + 1, LIMIT);
        }
        Thread.sleep(REST);
      }
    }
    List<Ledger.Row> rows = stage.awaitComplete(newest, runs, LIMIT);
    return new Idle(new SentRuns(begin, due).untilStarted(rows), Percentiles.of(whole));
  }

  private void awaitEnd(HttpConnection reader, String runId)
      throws IOException, InterruptedException {
    byte[] request =
        stage.api().request("GET", stage.api().registryId(Stage.REGISTRY) + "/runs/" + runId, "");
    long end = System.nanoTime() + LIMIT * 1_000_000;
    while (System.nanoTime() < end) {
      String body = new String(reader.send(request).body(), StandardCharsets.UTF_8);
      if (OVER.stream().anyMatch(status -> body.contains("\"status\":\"" + status + "\""))) {
        return;
      }
      Thread.sleep(LOOK);
    }
    throw new IOException("run " + runId + " did not end within " + LIMIT + " ms");
  }

  /** Schedule to start at an even rate. */
  Percentiles at(double perSecond) throws SQLException, InterruptedException {
    long newest = stage.ledger().newest(Stage.REGISTRY);
    SentRuns sent = Pace.even(load, perSecond, LOAD_MILLIS);
    return sent.untilStarted(stage.awaitComplete(newest, sent.count(), LIMIT));
  }

  /**
   * The way back: seconds from the end of an overload, with half the rate going on, until runs wait
   * no longer than a bound.
   *
   * @param best the most that the platform does in a second
   * @param boundMillis what half the runs of a quarter of a second must start within
   * @return seconds; not a number if they never did while it was looked at
   */
  double back(double best, double boundMillis) throws SQLException, InterruptedException {
    long newest = stage.ledger().newest(Stage.REGISTRY);
    SentRuns over = Pace.even(load, best * 2, OVERLOAD_MILLIS);
    SentRuns half = Pace.even(load, best / 2, OVERLOAD_MILLIS * 5);
    List<Ledger.Row> rows = stage.awaitComplete(newest, over.count() + half.count(), LIMIT);
    for (int window = 0; window < OVERLOAD_MILLIS * 5 / 250; window++) {
      Instant from = half.begin().plusMillis(window * 250L);
      Percentiles waited =
          half.untilStarted(
              rows, when -> !when.isBefore(from) && when.isBefore(from.plusMillis(250)));
      if (waited.count() > 0 && waited.at(50) <= boundMillis) {
        return window * 0.25;
      }
    }
    return Double.NaN;
  }
}
