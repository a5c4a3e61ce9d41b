package io.slipway.bench.measure;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * Values of one thing in the order of their size.
 *
 * @param sorted the values, the smallest first
 */
public record Percentiles(double... sorted) {

  /** Of values in any order. */
  public static Percentiles of(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return new Percentiles(sorted);
  }

  /** Number of values. */
  public int count() {
    return sorted.length;
  }

  /**
   * The smallest value that so many percent of all do not exceed; not a number if there is none.
   *
   * @param percent above 0, at most 100
   */
  public double at(double percent) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /** Median and 99th percentile in milliseconds, for example {@code p50 8.1 ms, p99 35.0 ms}. */
  public String text() {
    return String.format(Locale.ROOT, "p50 %.1f ms, p99 %.1f ms", at(50), at(99));
  }
}
