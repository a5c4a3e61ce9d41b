package io.slipway.bench.measure;

import java.util.List;

/**
 * A figure that was measured in several turns, each beside a limit of the machine.
 *
 * @param figures the figure in each turn
 * @param limits the limit in each turn
 */
public record Turns(List<Double> figures, List<Double> limits) {
  /** Above it, something else on the machine bore on the figures. */
  public static final double MOST_DRIFT = 0.25;

  /** Checks that each figure has its limit. */
  public Turns {
    if (figures.isEmpty() || figures.size() != limits.size()) {
      throw new IllegalArgumentException(figures.size() + " figures, " + limits.size() + " limits");
    }
    figures = List.copyOf(figures);
    limits = List.copyOf(limits);
  }

  /** Median of the figure. */
  public double figure() {
    return median(figures);
  }

  /** Median of the limit. */
  public double limit() {
    return median(limits);
  }

  /** Median of what the figure was of the limit in the same turn. */
  public double ratio() {
    Samples ratios = new Samples();
    for (int turn = 0; turn < figures.size(); turn++) {
      ratios.add(figures.get(turn) / limits.get(turn));
    }
    return ratios.median();
  }

  /** By how much the limit moved between the turns: 0.25 if the best was a quarter above. */
  public double drift() {
    double least = limits.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double most = limits.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    return most / least - 1;
  }

  /** Whether the figures say nothing, as the machine was not the same in all turns. */
  public boolean isVoid() {
    return drift() > MOST_DRIFT;
  }

  private static double median(List<Double> values) {
    Samples samples = new Samples();
    values.forEach(samples::add);
    return samples.median();
  }
}
