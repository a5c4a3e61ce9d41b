package io.slipway.taskapi.webhook;

import java.time.Duration;

/** When a delivery that failed is sent again, and when no more. Pure. */
final class DeliveryPlan {
  /** What is older than this when it fails is given up. */
  static final Duration OLDEST = Duration.ofHours(24);

  /** How long a sender has a delivery for itself; longer than a call to the broker may take. */
  static final Duration CLAIM = Duration.ofSeconds(60);

  private static final int MOST_TRIES = 12;
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofHours(4);
  private static final Duration LONGEST_REST = Duration.ofMinutes(5);
  private static final int FACTOR = 3;

  private DeliveryPlan() {}

  /** Whether it is given up after so many tries, the last of which failed. */
  static boolean isOver(int tries, Duration age) {
    return tries >= MOST_TRIES || age.compareTo(OLDEST) >= 0;
  }

  /**
   * The pause before the next try: five seconds, three times as long each time, up to four hours.
   *
   * @param tries how often it was tried, from 1
   * @param asked seconds that the receiver asks for; 0 if it does not
   * @param chance 0 to 1: those that failed together come back apart, up to a fifth later
   */
  static Duration pause(int tries, long asked, double chance) {
    Duration own = grown(FIRST, tries, LONGEST);
    Duration least = Duration.ofSeconds(Math.min(asked, LONGEST.toSeconds()));
    long millis = Math.max(own.toMillis(), least.toMillis());
    return Duration.ofMillis(millis + Math.round(millis * chance / 5));
  }

  /** How long a webhook is left alone after so many failures in a row, whatever waits for it. */
  static Duration rest(int failures, double chance) {
    long millis = grown(Duration.ofSeconds(1), failures, LONGEST_REST).toMillis();
    return Duration.ofMillis(millis + Math.round(millis * chance / 5));
  }

  private static Duration grown(Duration first, int times, Duration longest) {
    Duration grown = first;
    for (int i = 1; i < times && grown.compareTo(longest) < 0; i++) {
      grown = grown.multipliedBy(FACTOR);
    }
    return grown.compareTo(longest) < 0 ? grown : longest;
  }
}
