package io.slipway.identity.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.caller.Caller;
import io.slipway.identity.client.Audience;
import io.slipway.identity.client.jwt.InvalidTokenException;
import io.slipway.identity.client.jwt.VerifiedToken;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Transactions;
import io.slipway.identity.token.ArmTokens;
import io.slipway.identity.token.IssuedToken;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenMetrics;
import io.slipway.identity.token.VerifyToken;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /internal/identity-tokens} (RFC 8693): the broker shows an act-as grant and gets a
 * token of a managed identity that the run may act as: for the exchange at one registry, or for a
 * key vault of the configuration. None is for ARM: what an identity may do there is not what a run
 * needs, and its tokens go to registries, which may hand them on.
 */
@Path("/internal/identity-tokens")
class IdentityTokenResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");
  private static final int LONGEST_SERVICE = 255;
  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
  private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

  private final VerifyToken verifier;
  private final ArmTokens tokens;
  private final Transactions transactions;
  private final ManagedIdentityRepository identities;
  private final TokenMetrics metrics;
  private final Settings settings;
  private final InstantSource clock;

  IdentityTokenResource(
      VerifyToken verifier,
      ArmTokens tokens,
      Transactions transactions,
      ManagedIdentityRepository identities,
      TokenMetrics metrics,
      Settings settings,
      InstantSource clock) {
    this.verifier = verifier;
    this.tokens = tokens;
    this.transactions = transactions;
    this.identities = identities;
    this.metrics = metrics;
    this.settings = settings;
    this.clock = clock;
  }

  record Answer(
      @JsonProperty("access_token") String accessToken,
      @JsonProperty("issued_token_type") String issuedTokenType,
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresIn) {}

  @POST
  @RolesAllowed(Caller.BROKER)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Uni<Response> exchange(MultivaluedMap<String, String> fields) {
    Form form = new Form(fields);
    if (!needed(form, "grant_type").equals(EXCHANGE)) {
      throw new OAuthException(400, "unsupported_grant_type", "grant_type must be " + EXCHANGE);
    }
    if (!needed(form, "subject_token_type").equals(JWT)) {
      throw OAuthException.invalidRequest("subject_token_type must be " + JWT);
    }
    Target target = target(form);
    String wanted = needed(form, "requested_subject");
    return verifier
        .verify(needed(form, "subject_token"))
        .onFailure(InvalidTokenException.class)
        .transform(invalid -> badSubjectToken(String.valueOf(invalid.getMessage())))
        .invoke(IdentityTokenResource::requireGrant)
        .chain(run -> principal(run, wanted).chain(found -> issue(run, found, wanted, target)));
  }

  /**
   * Who takes the token.
   *
   * @param service the one registry where it may be exchanged; null for a vault
   */
  private record Target(String resource, @Nullable String service) {}

  private Target target(Form form) {
    String asked = needed(form, "resource");
    if (asked.equals(Audience.REGISTRY_EXCHANGE)) {
      String service = needed(form, "audience");
      if (service.length() > LONGEST_SERVICE) {
        throw OAuthException.invalidRequest("audience must be a login server.");
      }
      return new Target(asked, service);
    }
    if (settings.vaultResources().contains(asked)) {
      return new Target(asked, null);
    }
    throw new OAuthException(
        400,
        "invalid_target",
        "The resource must be "
            + Audience.REGISTRY_EXCHANGE
            + " or one of slipway.identity.vault-resources");
  }

  private static void requireGrant(VerifiedToken token) {
    if (!token.audience().equals(Audience.ACT_AS)) {
      throw badSubjectToken("it is for another audience");
    }
  }

  private Uni<Optional<PrincipalEntity>> principal(VerifiedToken run, String wanted) {
    List<UUID> allowed = run.texts("may_act_as").stream().map(UUID::fromString).toList();
    if (allowed.isEmpty()) {
      return Uni.createFrom().item(Optional.empty());
    }
    return transactions
        .in(session -> identities.byPrincipals(session, allowed))
        .map(rows -> RequestedIdentity.among(rows, wanted));
  }

  private Uni<Response> issue(
      VerifiedToken run, Optional<PrincipalEntity> found, String wanted, Target target) {
    if (found.isEmpty()) {
      metrics.refused(TokenKind.ACT_AS);
      AUDIT.warnf("action=identity-token run=%s result=denied", run.claims().get("run_uid"));
      throw new OAuthException(
          403,
          "access_denied",
          "The run may not act as principal "
              + (wanted.length() <= 36 ? wanted : "?")
              + ": it is not an identity of its task, or it no longer exists.");
    }
    // No longer than the grant, which task-api gives for minutes to who holds the run.
    Duration life = Duration.between(clock.instant(), run.expiresAt());
    Map<String, Object> claims = new HashMap<>();
    claims.put("act", Map.of("sub", Caller.BROKER));
    claims.put("run_uid", String.valueOf(run.claims().get("run_uid")));
    claims.put("run_attempt", run.claims().getOrDefault("run_attempt", 0));
    if (target.service() != null) {
      claims.put("service", target.service());
    }
    UUID principal = found.get().id;
    return tokens
        .onBehalf(found.get(), target.resource(), life, claims)
        .map(token -> answer(run, principal, token));
  }

  private static Response answer(VerifiedToken run, UUID principal, IssuedToken token) {
    AUDIT.infof(
        "action=identity-token run=%s attempt=%s principal=%s result=issued",
        run.claims().get("run_uid"), run.claims().get("run_attempt"), principal);
    return Response.ok(new Answer(token.token(), ACCESS_TOKEN, "Bearer", token.expiresIn()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private static OAuthException badSubjectToken(String why) {
    return new OAuthException(400, "invalid_grant", "The grant is not accepted: " + why + ".");
  }

  private static String needed(Form form, String name) {
    return form.value(name).orElseThrow(() -> OAuthException.invalidRequest(name + " is missing."));
  }
}
