package io.slipway.taskapi.agent;

import java.time.Duration;

/**
 * For how long Kafka has had no beat of the ledger, as far as one instance has seen. A value: times
 * are arguments, in nanoseconds of one monotonic clock.
 *
 * @param end where the topic of the beats ended when Kafka last said so
 * @param since when it was first seen to end there
 * @param answered when Kafka last answered
 */
record BeatSilence(long end, long since, long answered) {
  /** An answer that is older says nothing about the present; agents count on it ({@code Fence}). */
  private static final Duration FRESH = Duration.ofSeconds(4);

  /** That of an instance that begins now: it must watch for a while before it may say anything. */
  static BeatSilence from(long now) {
    return new BeatSilence(-1, now, now);
  }

  /** Kafka said at that time where the topic of the beats ends. */
  BeatSilence withEnd(long saidEnd, long now) {
    return new BeatSilence(saidEnd, saidEnd == end ? since : now, now);
  }

  /** Whether Kafka works, and no instance of the ledger has sent a beat for so long. */
  boolean isLongerThan(Duration time, long now) {
    return now - answered <= FRESH.toNanos() && now - since > time.toNanos();
  }
}
