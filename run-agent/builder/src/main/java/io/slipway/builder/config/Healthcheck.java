package io.slipway.builder.config;

import java.time.Duration;
import java.util.List;

/**
 * How a container tells whether it is well.
 *
 * @param test {@code ["NONE"]}, {@code ["CMD", …]} or {@code ["CMD-SHELL", text]}
 * @param interval pause between checks; zero for the default
 * @param timeout limit of one check; zero for the default
 * @param startPeriod time after the start in which failures do not count; zero for the default
 * @param startInterval pause between checks in that time; zero for the default
 * @param retries failures in a row that mean unhealthy; zero for the default
 */
public record Healthcheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {

  public Healthcheck {
    test = List.copyOf(test);
  }

  /** {@code HEALTHCHECK NONE}. */
  public static Healthcheck none() {
    return new Healthcheck(
        List.of("NONE"), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
  }
}
