package io.slipway.bench.runs;

import io.slipway.bench.measure.ProcessorTime;
import io.slipway.bench.platform.Ledger;
import io.slipway.bench.platform.Stage;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One turn of as many runs as the platform takes.
 *
 * @param perSecond complete runs a second: from the first request until state, events and log of
 *     the last run are stored
 * @param acceptedPerSecond requests a second that were accepted meanwhile
 * @param complete number of runs
 * @param succeeded those of them that succeeded
 * @param incomplete runs that were not complete when the time was over
 * @param refused answers that said to come back later
 * @param millisPerRun processor time by part, in ms for each complete run
 */
record Throughput(
    double perSecond,
    double acceptedPerSecond,
    int complete,
    int succeeded,
    int incomplete,
    int refused,
    Map<String, Double> millisPerRun) {

  /** Name of the benchmark's own processor time among the parts. */
  static final String CLIENT = "benchmark client";

  static Throughput measure(Stage stage, Load load, int count, long mostMillis)
      throws SQLException, InterruptedException {
    long newest = stage.ledger().newest(Stage.REGISTRY);
    Map<String, ProcessorTime> before = parts(stage);
    int refusedBefore = load.refused();
    long begin = System.nanoTime();
    SentRuns sent = Pace.flatOut(load, count, mostMillis);
    double accepting = (System.nanoTime() - begin) / 1e9;
    List<Ledger.Row> rows = stage.awaitComplete(newest, sent.count(), mostMillis);
    double seconds = (System.nanoTime() - begin) / 1e9;
    Map<String, ProcessorTime> after = parts(stage);
    List<Ledger.Row> whole = rows.stream().filter(Ledger.Row::isComplete).toList();
    int complete = whole.size();
    Map<String, Double> cost = new TreeMap<>();
    after.forEach((part, time) ->
        cost.put(
            part,
            time.since(before.getOrDefault(part, ProcessorTime.NONE)).seconds()
                * 1000
                / Math.max(1, complete)));
    return new Throughput(
        complete / seconds,
        sent.count() / accepting,
        complete,
        (int) whole.stream().filter(row -> row.status().equals("Succeeded")).count(),
        sent.count() - complete,
        load.refused() - refusedBefore,
        cost);
  }

  private static Map<String, ProcessorTime> parts(Stage stage) {
    Map<String, ProcessorTime> parts = new TreeMap<>(stage.platform().processorTime());
    parts.put(CLIENT, ProcessorTime.of(ProcessHandle.current()));
    return parts;
  }

  /** Processor time of the parts whose names begin so, in ms for each run. */
  double millisPerRun(String prefix) {
    return millisPerRun.entrySet().stream()
        .filter(part -> part.getKey().startsWith(prefix) && !part.getKey().equals(CLIENT))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
