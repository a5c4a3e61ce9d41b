package io.slipway.registry.auth;

import io.slipway.identity.client.jwt.IssuerKeys;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import io.slipway.identity.client.jwt.TokenCheck;
import io.slipway.identity.client.jwt.TokenVerifier;
import io.slipway.identity.client.jwt.VerifiedToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jose4j.http.Get;

/**
 * Checks the tokens that are shown here: by a key of the issuer, with the algorithm of its
 * audience, each token once. Blocks when keys must be fetched.
 */
public final class ShownTokens {
  private static final IssuerKeys.Times KEYS =
      new IssuerKeys.Times(Duration.ofMinutes(1), Duration.ofHours(1));
  private static final Duration SKEW = Duration.ofSeconds(10);

  private final TokenVerifier verifier;
  private final Predicate<VerifiedToken> holds;

  /** Checks with the keys at an address. */
  public ShownTokens(String jwksAddress, String issuer, InstantSource clock) {
    this(jwksAddress, issuer, clock, token -> true);
  }

  /**
   * The same.
   *
   * @param holds what must be true of a token besides, at each use; may block
   */
  public ShownTokens(
      String jwksAddress, String issuer, InstantSource clock, Predicate<VerifiedToken> holds) {
    this.holds = holds;
    this.verifier =
        new TokenVerifier(
            new TokenCheck(issuer, SKEW),
            new IssuerKeys(() -> fetch(jwksAddress), KEYS, clock),
            clock);
  }

  private static CompletionStage<String> fetch(String address) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new Get().get(address).getBody();
          } catch (IOException away) {
            throw new UncheckedIOException(away);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  /** What the token opens at a login server; empty if it is not one of ours. */
  public Optional<Access> access(String token, String loginServer) {
    return verified(token)
        .filter(verified -> verified.audience().equals(loginServer))
        .filter(holds)
        .flatMap(verified -> granted(verified.claims()));
  }

  /**
   * What the token says; empty if it is not to be trusted.
   *
   * @throws KeysUnavailableException if it cannot be checked now
   */
  Optional<VerifiedToken> verified(String token) {
    try {
      return Optional.of(verifier.verify(token).toCompletableFuture().join());
    } catch (CompletionException invalid) {
      if (invalid.getCause() instanceof KeysUnavailableException away) {
        throw away;
      }
      return Optional.empty();
    }
  }

  /** A token without {@code access} is for something else, a refresh token for example. */
  private static Optional<Access> granted(Map<String, Object> claims) {
    if (!(claims.get("access") instanceof List<?> list)) {
      return Optional.empty();
    }
    Map<String, Set<String>> granted = new HashMap<>();
    for (Object entry : list) {
      if (entry instanceof Map<?, ?> access && access.get("actions") instanceof List<?> actions) {
        granted.put(
            access.get("type") + ":" + access.get("name"),
            actions.stream().map(String::valueOf).collect(Collectors.toSet()));
      }
    }
    return Optional.of(new Access(granted));
  }
}
