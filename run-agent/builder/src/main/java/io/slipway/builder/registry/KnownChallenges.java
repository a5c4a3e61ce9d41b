package io.slipway.builder.registry;

import io.slipway.identity.client.Challenge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How registries asked for authentication a short while ago, which spares a call before each pull
 * and push. It says nothing about rights: each run asks for those again.
 */
final class KnownChallenges {
  private static final Duration KEPT = Duration.ofMinutes(5);

  private final InstantSource clock;
  private final Map<String, Known> byHost = new ConcurrentHashMap<>();

  private record Known(Challenge challenge, Instant until) {}

  KnownChallenges(InstantSource clock) {
    this.clock = clock;
  }

  /** The challenge of a host, if it is recent. */
  Optional<Challenge> find(String host) {
    return Optional.ofNullable(byHost.get(host))
        .filter(known -> clock.instant().isBefore(known.until()))
        .map(Known::challenge);
  }

  void note(String host, Challenge challenge) {
    Instant now = clock.instant();
    // Authors of task files choose the hosts, so their number must stay bounded.
    byHost.values().removeIf(known -> !now.isBefore(known.until()));
    byHost.put(host, new Known(challenge, now.plus(KEPT)));
  }

  /** After the host has refused what was made of it. */
  void forget(String host) {
    byHost.remove(host);
  }
}
