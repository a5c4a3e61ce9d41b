package io.slipway.builder.registry;

import java.time.Duration;
import java.util.Optional;

/**
 * How often a call is repeated and after which pause.
 *
 * @param tries number of tries in all, at least 1
 * @param first pause after the first try; each further one is twice as long
 * @param longest longest pause that is chosen
 * @param longestAsked longest pause that a registry may ask for by {@code Retry-After}
 */
public record RetryPolicy(int tries, Duration first, Duration longest, Duration longestAsked) {

  /**
   * As ACR Tasks: three tries, 250 ms doubled each time, at most 5 s; a registry may ask for 60 s.
   */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(3, Duration.ofMillis(250), Duration.ofSeconds(5), Duration.ofSeconds(60));

  /**
   * For asking a token server, which may be restarting: nine tries within 20 s. Nothing has begun
   * yet that could be lost by waiting.
   */
  public static final RetryPolicy LOG_IN =
      new RetryPolicy(9, Duration.ofMillis(250), Duration.ofSeconds(4), Duration.ofSeconds(60));

  /**
   * The pause after a try that failed.
   *
   * @param tried tries so far, 1 or more
   * @param asked what the registry asked for, if it did
   * @return empty if there is no further try
   */
  public Optional<Duration> pause(int tried, Optional<Duration> asked) {
    if (tried >= tries) {
      return Optional.empty();
    }
    if (asked.isPresent()) {
      // Coming back earlier than asked would only be refused again.
      return asked.filter(pause -> pause.compareTo(longestAsked) <= 0);
    }
    Duration pause = first.multipliedBy(1L << Math.min(tried - 1, 20));
    return Optional.of(pause.compareTo(longest) > 0 ? longest : pause);
  }
}
