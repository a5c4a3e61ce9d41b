package io.slipway.bench.runs;

import io.slipway.bench.measure.Percentiles;
import io.slipway.bench.platform.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Runs that were asked for.
 *
 * @param begin when the first was
 * @param due when each was to be asked for, by what the ledger knows it by: a client that is late
 *     counts as waiting time
 */
record SentRuns(Instant begin, Map<String, Instant> due) {

  int count() {
    return due.size();
  }

  /** Milliseconds from being asked for to being started, of those runs that were started. */
  Percentiles untilStarted(List<Ledger.Row> rows) {
    return untilStarted(rows, when -> true);
  }

  /** The same of the runs that were due at times that fit. */
  Percentiles untilStarted(List<Ledger.Row> rows, Predicate<Instant> fits) {
    List<Double> millis = new ArrayList<>();
    for (Ledger.Row row : rows) {
      Instant when = due.get(row.id());
      Instant started = row.started();
      if (when != null && started != null && fits.test(when)) {
        millis.add(Duration.between(when, started).toNanos() / 1e6);
      }
    }
    return Percentiles.of(millis);
  }
}
