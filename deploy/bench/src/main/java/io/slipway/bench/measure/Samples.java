package io.slipway.bench.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Times of one thing, in seconds, measured several times. */
public final class Samples {
  private final List<Double> seconds = new ArrayList<>();

  public void add(double value) {
    seconds.add(value);
  }

  public boolean isEmpty() {
    return seconds.isEmpty();
  }

  /** Middle value; of an even number the mean of the two in the middle. */
  public double median() {
    if (seconds.isEmpty()) {
      throw new IllegalStateException("nothing was measured");
    }
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Median and range, for example {@code 1.50 [1.19-3.48]}. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%.3f [%.3f-%.3f]",
        median(),
        Collections.min(seconds),
        Collections.max(seconds));
  }
}
