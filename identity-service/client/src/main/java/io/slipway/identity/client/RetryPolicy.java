package io.slipway.identity.client;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When to try a call again. Pure.
 *
 * @param tries how often in all, at least 1
 * @param first pause before the second try; it doubles with each further one
 * @param longest longest pause, also if the other side asks for a longer one
 */
public record RetryPolicy(int tries, Duration first, Duration longest) {
  /** One try and no more, for callers that repeat their whole work. */
  public static final RetryPolicy NEVER = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  /** For calls that an agent waits for. */
  public static final RetryPolicy WHILE_AN_AGENT_WAITS =
      new RetryPolicy(3, Duration.ofMillis(200), Duration.ofSeconds(4));

  private static final int TOO_MANY_REQUESTS = 429;

  /** Whether the same call may get another answer later: 429 and 5xx. */
  public static boolean isTransient(int status) {
    return status == TOO_MANY_REQUESTS || status >= 500;
  }

  /**
   * How long to wait before the next try.
   *
   * @param tried how often it was tried, from 1
   * @param asked what the other side asks for by {@code Retry-After}
   * @param chance 0 to 1, spreads the calls that failed at the same moment
   * @return empty if there is no next try: enough were made, or the pause would be too long
   */
  public Optional<Duration> pause(int tried, Optional<Duration> asked, double chance) {
    if (tried >= tries || asked.filter(pause -> pause.compareTo(longest) > 0).isPresent()) {
      return Optional.empty();
    }
    Duration own = first.multipliedBy(1L << (tried - 1));
    long least = asked.map(Duration::toMillis).orElse(own.toMillis() / 2);
    long most = Math.min(least + own.toMillis() / 2, longest.toMillis());
    return Optional.of(Duration.ofMillis(least + Math.round((most - least) * chance)));
  }

  /** Reads {@code Retry-After} in seconds; empty for a date or anything else. */
  public static Optional<Duration> retryAfter(@Nullable String header) {
    return header != null && header.matches("[0-9]{1,6}")
        ? Optional.of(Duration.ofSeconds(Long.parseLong(header)))
        : Optional.empty();
  }
}
