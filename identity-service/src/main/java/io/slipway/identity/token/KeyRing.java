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

/** The signing keys as one instance knows them at a time. Keys of each algorithm rotate alone. */
final class KeyRing {
  private final Map<String, SigningKey> byKid;
  private final KeySchedule schedule;

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
    return Arrays.stream(TokenAlgorithm.values())
        .flatMap(algorithm -> schedule.published(times(algorithm), now).stream())
        .map(times -> byKid.get(times.kid()))
        .toList();
  }

  Optional<SigningKey> verifier(String kid, Instant now) {
    return published(now).stream().filter(key -> key.times().kid().equals(kid)).findFirst();
  }

  List<KeyTimes> times(TokenAlgorithm algorithm) {
    return byKid.values().stream()
        .filter(key -> key.algorithm() == algorithm)
        .map(SigningKey::times)
        .toList();
  }
}
