package io.slipway.gotemplate;

import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What some functions of templates need from outside: {@code now} and the random ones.
 *
 * @param now time of the run; without it {@code now} is refused by name
 * @param random randomness, a secure one in a real run; without it random functions are refused
 */
public record TemplateSources(Optional<Instant> now, Optional<RandomGenerator> random) {
  /** Without a clock and without randomness. */
  public static TemplateSources unavailable() {
    return new TemplateSources(Optional.empty(), Optional.empty());
  }

  public static TemplateSources of(Instant now, RandomGenerator random) {
    return new TemplateSources(Optional.of(now), Optional.of(random));
  }
}
