package io.slipway.identity.registry;

import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.IssuedToken;
import io.slipway.identity.token.TokenIssuer;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenLife;
import io.slipway.identity.token.TokenRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The two tokens of a registry, and how to tell them apart: claim {@code grant_type}. One that is
 * made from another ends with it, or who was lent one for minutes could keep it for ever.
 */
@ApplicationScoped
class RegistryTokens {
  private static final String KIND = "grant_type";
  private static final String REFRESH = "refresh_token";
  private static final String ACCESS = "access_token";

  private final TokenIssuer issuer;
  private final Settings settings;
  private final InstantSource clock;

  RegistryTokens(TokenIssuer issuer, Settings settings, InstantSource clock) {
    this.issuer = issuer;
    this.settings = settings;
    this.clock = clock;
  }

  /** A refresh token. */
  Uni<IssuedToken> refresh(RegistryLogIn.Visitor visitor) {
    RegistryAccess access = visitor.access();
    Map<String, Object> claims = claims(REFRESH, visitor.bond().withoutRun());
    return issuer.issue(
        new TokenRequest(
            TokenKind.REGISTRY_REFRESH,
            access.service(),
            access.principalId().toString(),
            life(TokenLife.REGISTRY_REFRESH, visitor.end()),
            claims));
  }

  private Map<String, Object> claims(String kind, Bond bond) {
    Map<String, Object> claims = bond.claims();
    claims.put(KIND, kind);
    claims.put("tenant", settings.tenantId());
    claims.put("version", "1.0");
    return claims;
  }

  /** Access tokens, in the same order. */
  Uni<List<IssuedToken>> access(List<DecidedToken> decided) {
    return issuer.issueAll(decided.stream().map(this::accessRequest).toList());
  }

  private TokenRequest accessRequest(DecidedToken decided) {
    RegistryAccess access = decided.access();
    Map<String, Object> claims = claims(ACCESS, decided.bond());
    claims.put("access", decided.granted().stream().map(RegistryTokens::entry).toList());
    return new TokenRequest(
        TokenKind.REGISTRY_ACCESS,
        access.service(),
        access.principalId().toString(),
        life(TokenLife.REGISTRY_ACCESS, decided.end()),
        claims);
  }

  private Duration life(Duration usual, Instant end) {
    Instant now = clock.instant();
    if (end.isAfter(now.plus(usual))) {
      return usual;
    }
    return end.isAfter(now) ? Duration.between(now, end) : Duration.ZERO;
  }

  /** In the order in which the registry token specification writes it. */
  private static Map<String, Object> entry(RegistryScope scope) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("type", scope.type());
    entry.put("name", scope.name());
    entry.put("actions", scope.actions());
    return entry;
  }

  /** Whether a token is a refresh or an access token of this service. */
  static boolean isFor(VerifiedToken token, String service) {
    String kind = token.text(KIND).orElse("");
    return token.audience().equals(service) && (kind.equals(REFRESH) || kind.equals(ACCESS));
  }

  /** The scopes that an access token was cut to; empty for a refresh token, which is not cut. */
  static Optional<List<RegistryScope>> ceiling(VerifiedToken token) {
    if (token.text(KIND).orElse("").equals(REFRESH)) {
      return Optional.empty();
    }
    List<RegistryScope> scopes = new ArrayList<>();
    if (token.claims().get("access") instanceof List<?> entries) {
      for (Object entry : entries) {
        scope(entry).ifPresent(scopes::add);
      }
    }
    return Optional.of(List.copyOf(scopes));
  }

  private static Optional<RegistryScope> scope(Object entry) {
    if (entry instanceof Map<?, ?> fields && fields.get("actions") instanceof List<?> actions) {
      String words = String.join(",", actions.stream().map(String::valueOf).toList());
      return RegistryScope.parse(fields.get("type") + ":" + fields.get("name") + ":" + words);
    }
    return Optional.empty();
  }
}
