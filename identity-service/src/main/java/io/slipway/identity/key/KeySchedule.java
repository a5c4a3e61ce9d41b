package io.slipway.identity.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which key signs, which are published, when the next one is due. Pure.
 *
 * @param rotateAfter age at which a key is replaced
 * @param activationDelay how long a key is published before it signs, so that every verifier has it
 * @param longestLife longest life of a token: so long a replaced key stays published
 */
public record KeySchedule(Duration rotateAfter, Duration activationDelay, Duration longestLife) {
  /** Clocks of verifiers may be late by so much. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private static final Comparator<KeyTimes> BY_AGE =
      Comparator.comparing(KeyTimes::activeFrom).thenComparing(KeyTimes::kid);

  /** The key that signs now: the youngest that is active. */
  public Optional<KeyTimes> signer(Collection<KeyTimes> keys, Instant now) {
    return keys.stream().filter(key -> !key.activeFrom().isAfter(now)).max(BY_AGE);
  }

  /** Keys that tokens in use may be signed with, or will be soon; oldest first. */
  public List<KeyTimes> published(Collection<KeyTimes> keys, Instant now) {
    return keys.stream().filter(key -> !isOver(key, keys, now)).sorted(BY_AGE).toList();
  }

  /** When the key that has to be made now begins to sign; empty if none is due. */
  public Optional<Instant> due(Collection<KeyTimes> keys, Instant now) {
    Optional<KeyTimes> youngest = keys.stream().max(BY_AGE);
    if (youngest.isEmpty()) {
      return Optional.of(now);
    }
    Instant end = youngest.get().activeFrom().plus(rotateAfter);
    return end.minus(activationDelay).isAfter(now)
        ? Optional.empty()
        : Optional.of(now.plus(activationDelay));
  }

  private boolean isOver(KeyTimes key, Collection<KeyTimes> keys, Instant now) {
    return keys.stream()
        .filter(other -> BY_AGE.compare(other, key) > 0)
        .map(KeyTimes::activeFrom)
        .min(Comparator.naturalOrder())
        .map(replaced -> replaced.plus(longestLife).plus(MARGIN).isBefore(now))
        .orElse(false);
  }
}
