package io.slipway.identity.token;

import io.slipway.identity.client.jwt.TokenAlgorithm;
import io.slipway.identity.key.KeySchedule;
import io.slipway.identity.key.KeyTimes;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The signing keys as one instance knows them at a time. Keys of each algorithm rotate alone. */
final class KeyRing {
  private final Map<String, SigningKey> byKid;
  private final KeySchedule schedule;

  /** Asked for with each token that is checked, and the same for a second at least. */
  private volatile @Nullable Published last;

  private record Published(long second, List<SigningKey> keys) {}

  KeyRing(List<SigningKey> keys, KeySchedule schedule) {
    this.byKid =
        keys.stream().collect(Collectors.toMap(key -> key.times().kid(), Function.identity()));
    this.schedule = schedule;
  }

  SigningKey signer(TokenAlgorithm algorithm, Instant now) {
    return schedule
        .signer(times(algorithm), now)
        .map(times -> byKid.get(times.kid()))
        .orElseThrow(
            () -> new IllegalStateException("there is no active signing key for " + algorithm));
  }

  /** Keys that may verify now. */
  List<SigningKey> published(Instant now) {
    Published known = last;
    if (known == null || known.second() != now.getEpochSecond()) {
      known = new Published(now.getEpochSecond(), publishedNow(now));
      last = known;
    }
    return known.keys();
  }

  private List<SigningKey> publishedNow(Instant now) {
    return Arrays.stream(TokenAlgorithm.values())
        .flatMap(algorithm -> schedule.published(times(algorithm), now).stream())
        .map(times -> byKid.get(times.kid()))
        .toList();
  }

  Optional<SigningKey> verifier(String kid, Instant now) {
    for (SigningKey key : published(now)) {
      if (key.times().kid().equals(kid)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }

  List<KeyTimes> times(TokenAlgorithm algorithm) {
    return byKid.values().stream()
        .filter(key -> key.algorithm() == algorithm)
        .map(SigningKey::times)
        .toList();
  }
}
