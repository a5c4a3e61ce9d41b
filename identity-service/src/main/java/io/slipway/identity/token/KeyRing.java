package io.slipway.identity.token;

import io.slipway.identity.key.KeySchedule;
import io.slipway.identity.key.KeyTimes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The signing keys as one instance knows them at a time. */
final class KeyRing {
  private final Map<String, SigningKey> byKid;
  private final KeySchedule schedule;

  KeyRing(List<SigningKey> keys, KeySchedule schedule) {
    this.byKid =
        keys.stream().collect(Collectors.toMap(key -> key.times().kid(), Function.identity()));
    this.schedule = schedule;
  }

  SigningKey signer(Instant now) {
    return schedule
        .signer(times(), now)
        .map(times -> byKid.get(times.kid()))
        .orElseThrow(() -> new IllegalStateException("there is no active signing key"));
  }

  /** Keys that may verify now. */
  List<SigningKey> published(Instant now) {
    return schedule.published(times(), now).stream().map(times -> byKid.get(times.kid())).toList();
  }

  Optional<SigningKey> verifier(String kid, Instant now) {
    return published(now).stream().filter(key -> key.times().kid().equals(kid)).findFirst();
  }

  List<KeyTimes> times() {
    return byKid.values().stream().map(SigningKey::times).toList();
  }
}
