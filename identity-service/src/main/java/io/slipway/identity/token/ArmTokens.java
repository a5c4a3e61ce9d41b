package io.slipway.identity.token;

import io.slipway.identity.client.Audience;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.settings.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Tokens about a principal: for ARM, and for the services among themselves. */
@ApplicationScoped
public class ArmTokens {
  private final TokenIssuer issuer;
  private final Settings settings;

  ArmTokens(TokenIssuer issuer, Settings settings) {
    this.issuer = issuer;
    this.settings = settings;
  }

  /** An ARM token. */
  public Uni<IssuedToken> arm(PrincipalEntity principal) {
    return issue(TokenKind.ARM, settings.armResource(), principal, TokenLife.ACCESS, Map.of());
  }

  /** A token that is good for the exchange at a registry alone. */
  public Uni<IssuedToken> registryExchange(PrincipalEntity principal) {
    return issue(
        TokenKind.REGISTRY_EXCHANGE,
        Audience.REGISTRY_EXCHANGE,
        principal,
        TokenLife.ACCESS,
        Map.of());
  }

  /** A token for the internal endpoints of one service. */
  public Uni<IssuedToken> service(PrincipalEntity principal, String service) {
    return issue(TokenKind.SERVICE, service, principal, TokenLife.ACCESS, Map.of());
  }

  /**
   * A token that somebody else takes in the principal's name; never one for ARM.
   *
   * @param claims who takes it, and for what
   */
  public Uni<IssuedToken> onBehalf(
      PrincipalEntity principal, String resource, Duration life, Map<String, Object> claims) {
    TokenKind kind =
        resource.equals(Audience.REGISTRY_EXCHANGE)
            ? TokenKind.REGISTRY_EXCHANGE
            : TokenKind.KEY_VAULT;
    return issue(kind, resource, principal, life, claims);
  }

  private Uni<IssuedToken> issue(
      TokenKind kind,
      String audience,
      PrincipalEntity principal,
      Duration life,
      Map<String, Object> more) {
    Map<String, Object> claims = new HashMap<>(more);
    claims.put("oid", principal.id.toString());
    claims.put("appid", principal.clientId);
    claims.put("tid", settings.tenantId());
    claims.put("idtyp", "app");
    claims.put("ver", "1.0");
    return issuer.issue(new TokenRequest(kind, audience, principal.id.toString(), life, claims));
  }
}
