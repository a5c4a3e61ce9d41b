package io.slipway.builder.registry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a registry wants to be asked, from its {@code WWW-Authenticate} header.
 *
 * @param scheme which way
 * @param realm where tokens come from; empty for the other ways
 * @param service whom tokens are for; empty if it is not told
 */
record Challenge(Scheme scheme, String realm, String service) {
  private static final Pattern PARAMETER = Pattern.compile("([a-zA-Z]+)=\"([^\"]*)\"");

  enum Scheme {
    /** No credential is wanted. */
    NONE,
    BASIC,
    BEARER
  }

  static final Challenge OPEN = new Challenge(Scheme.NONE, "", "");

  /** Reads the headers of a 401; a token is preferred to a password. */
  static Optional<Challenge> parse(List<String> headers) {
    @Nullable Challenge basic = null;
    for (String header : headers) {
      String lower = header.strip().toLowerCase(Locale.ROOT);
      if (lower.startsWith("bearer ")) {
        String realm = parameter(header, "realm");
        if (!realm.isEmpty()) {
          return Optional.of(new Challenge(Scheme.BEARER, realm, parameter(header, "service")));
        }
      } else if (lower.equals("basic") || lower.startsWith("basic ")) {
        basic = new Challenge(Scheme.BASIC, "", "");
      }
    }
    return Optional.ofNullable(basic);
  }

  private static String parameter(String header, String name) {
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      if (matcher.group(1).equalsIgnoreCase(name)) {
        return matcher.group(2);
      }
    }
    return "";
  }

  /**
   * How registries wanted to be asked a short while ago, which spares a call before each pull and
   * push. It says nothing about anybody's rights: those are asked for anew by each run.
   */
  static final class KnownChallenges {
    private static final Duration KEPT = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<String, Known> byHost = new ConcurrentHashMap<>();

    private record Known(Challenge challenge, Instant until) {}

    KnownChallenges(InstantSource clock) {
      this.clock = clock;
    }

    /** What a host wanted, if that is not long ago. */
    Optional<Challenge> find(String host) {
      return Optional.ofNullable(byHost.get(host))
          .filter(known -> clock.instant().isBefore(known.until()))
          .map(Known::challenge);
    }

    void note(String host, Challenge challenge) {
      Instant now = clock.instant();
      // Whoever writes task files chooses the hosts; they must not add up.
      byHost.values().removeIf(known -> !now.isBefore(known.until()));
      byHost.put(host, new Known(challenge, now.plus(KEPT)));
    }

    /** After the host has refused what was made of it. */
    void forget(String host) {
      byHost.remove(host);
    }
  }
}
