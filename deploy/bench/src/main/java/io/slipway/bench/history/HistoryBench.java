package io.slipway.bench.history;

import io.slipway.bench.measure.Aim;
import io.slipway.bench.measure.Report;
import io.slipway.bench.measure.Samples;
import io.slipway.bench.platform.Api;
import io.slipway.bench.platform.BenchPlatform;
import io.slipway.bench.platform.HttpConnection;
import io.slipway.bench.platform.OwnPlatform;
import io.slipway.bench.platform.Stage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether queries of the history take the same time when it grows. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description =
        "Queries of runs by the API on a platform of its own, with few finished runs and with"
            + " many: a run, the newest 50, each filter with and without a hit, deep pages.")
public final class HistoryBench implements Callable<Integer> {
  private static final String REGISTRY = Stage.REGISTRY;
  private static final int WARM_UP = 10;
  private static final long MOST_NANOS = 4_000_000_000L;

  /** A query that reads no run: what it changes by, the machine has changed by. */
  private static final String CONTROL = "the registry itself (control)";

  @Option(names = "--few", defaultValue = "1000", description = "Few runs (${DEFAULT-VALUE}).")
  private int few;

  @Option(names = "--many", defaultValue = "1000000", description = "Many runs (${DEFAULT-VALUE}).")
  private int many;

  @Option(
      names = "--times",
      defaultValue = "40",
      description = "Calls of each route, of which the median counts (${DEFAULT-VALUE}).")
  private int times;

  @Mixin private final OwnPlatform own = new OwnPlatform();

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    Report report = new Report();
    try (BenchPlatform platform = own.prepare()) {
      platform.settings("run-agent", Stage.NOTHING);
      // The runs are old: the sweep would delete them while they are asked for.
      platform.settings("task-api", Map.of("slipway.retention.days", "0"));
      platform.up(1);
      Stage.set(platform, false);
      try (Stage stage = Stage.open(platform)) {
        Api api = stage.api();
        String registry = api.registryId(REGISTRY);
        api.call("POST", registry + "/scheduleRun", api.scheduleRun(REGISTRY, Stage.TASK));
        stage.awaitComplete(0, 1, 60_000);
        FillHistory history = new FillHistory(stage.ledger().connection());
        // Once for nothing, so that the few runs do not pay for a service that is cold.
        measure(platform, api, history, few);
        Map<String, Double> before = measure(platform, api, history, few);
        Map<String, Double> after = measure(platform, api, history, many);
        print(report, before, after);
      }
    }
    own.write(report, Map.of());
    return 0;
  }

  private Map<String, Double> measure(
      BenchPlatform platform, Api api, FillHistory history, int rows)
      throws IOException, SQLException {
    long begin = System.nanoTime();
    history.fill(rows);
    System.out.printf("%,d runs after %d s%n", rows, (System.nanoTime() - begin) / 1_000_000_000);
    Map<String, Double> millis = new LinkedHashMap<>();
    try (HttpConnection connection = HttpConnection.open(platform.ports().taskApi())) {
      millis.put(CONTROL, median(connection, api.request("GET", api.registryId(REGISTRY), "")));
      for (Route route : Route.all(rows)) {
        byte[] request = api.request("GET", api.registryId(REGISTRY) + route.path(), "");
        HttpConnection.Answer answer = connection.send(request);
        if (!route.isAnsweredBy(answer.status(), answer.text())) {
          throw new IOException(route + ": " + answer.status() + " " + answer.text());
        }
        millis.put(route.name(), median(connection, request));
      }
    }
    return millis;
  }

  /** The time of a call; of slow ones there are fewer. */
  private double median(HttpConnection connection, byte[] request) throws IOException {
    Samples samples = new Samples();
    long end = System.nanoTime() + MOST_NANOS;
    for (int i = 0; i < WARM_UP + times; i++) {
      if (System.nanoTime() > end && !samples.isEmpty()) {
        break;
      }
      long begin = System.nanoTime();
      HttpConnection.Answer answer = connection.send(request);
      if (answer.status() >= 500) {
        throw new IOException("answered " + answer.status() + ": " + answer.text());
      }
      if (i >= WARM_UP || System.nanoTime() > end) {
        samples.add((System.nanoTime() - begin) / 1e6);
      }
    }
    return samples.median();
  }

  private void print(Report report, Map<String, Double> before, Map<String, Double> after) {
    for (String name : List.copyOf(before.keySet())) {
      double small = before.getOrDefault(name, Double.NaN);
      double large = after.getOrDefault(name, Double.NaN);
      report.add(name, "%,d runs".formatted(few), small, "ms");
      report.add(name, "%,d runs".formatted(many), large, "ms");
      report.add(name, "many to few", large / small, "", Aim.atMost("must", 1.5));
    }
  }
}
