package io.slipway.identity.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.client.Audience;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.serviceclient.AuthenticateClient;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.token.ArmTokens;
import io.slipway.identity.token.IssuedToken;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenMetrics;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The token endpoint: {@code client_credentials}, by form or Basic. */
@Path("/")
class TokenResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");

  private final AuthenticateClient authenticate;
  private final ArmTokens tokens;
  private final TokenMetrics metrics;
  private final Settings settings;

  TokenResource(
      AuthenticateClient authenticate, ArmTokens tokens, TokenMetrics metrics, Settings settings) {
    this.authenticate = authenticate;
    this.tokens = tokens;
    this.metrics = metrics;
    this.settings = settings;
  }

  record Answer(
      @JsonProperty("token_type") String tokenType,
      @JsonProperty("expires_in") long expiresIn,
      @JsonProperty("ext_expires_in") long extExpiresIn,
      @JsonProperty("access_token") String accessToken) {}

  @POST
  @PermitAll
  @Path("{tenant: adfs|[0-9a-fA-F-]+}/oauth2/{version: (v2\\.0/)?}token")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Uni<Response> token(
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      MultivaluedMap<String, String> fields) {
    Form form = new Form(fields);
    requireClientCredentials(form);
    BasicCredentials client = client(form, authorization);
    String audience = audience(form);
    TokenKind kind = kind(audience);
    return authenticate
        .check(client.userName(), client.password())
        .chain(found -> issue(found, kind, audience, client.userName()));
  }

  private static void requireClientCredentials(Form form) {
    String grant =
        form.value("grant_type")
            .orElseThrow(() -> OAuthException.invalidRequest("The grant_type is missing."));
    if (!grant.equals("client_credentials")) {
      throw new OAuthException(
          400,
          "unsupported_grant_type",
          "This issuer takes grant_type client_credentials: log in with a client id and secret"
              + " (az login --service-principal -u CLIENT_ID -p SECRET --tenant TENANT_ID).");
    }
  }

  private static BasicCredentials client(Form form, @Nullable String authorization) {
    Optional<BasicCredentials> basic = BasicCredentials.read(authorization);
    Optional<String> secret = form.value("client_secret");
    if (basic.isPresent() && secret.isPresent()) {
      throw OAuthException.invalidRequest("Give the client's secret once: by form or Basic.");
    }
    Optional<String> id = form.value("client_id");
    return basic
        .or(() -> id.flatMap(name -> secret.map(password -> new BasicCredentials(name, password))))
        .orElseThrow(() -> OAuthException.invalidRequest("client_id or client_secret is missing."));
  }

  private static String audience(Form form) {
    return RequestedAudience.of(form.words("scope"))
        .or(() -> form.value("resource"))
        .orElseThrow(() ->
            new OAuthException(400, "invalid_scope", "The scope must be <resource>/.default."));
  }

  private TokenKind kind(String audience) {
    if (Audience.isService(audience)) {
      return TokenKind.SERVICE;
    }
    if (Audience.same(audience, settings.armResource())) {
      return TokenKind.ARM;
    }
    if (Audience.same(audience, Audience.REGISTRY_EXCHANGE)) {
      return TokenKind.REGISTRY_EXCHANGE;
    }
    throw new OAuthException(
        400,
        "invalid_scope",
        "This issuer has no such resource; its resource is " + settings.armResource() + " .");
  }

  private Uni<Response> issue(
      Optional<PrincipalEntity> found, TokenKind kind, String audience, String client) {
    if (found.isEmpty()) {
      metrics.refused(kind);
      AUDIT.warnf(
          "action=issue-token audience=%s client=%s result=refused", kind.label(), quiet(client));
      throw new OAuthException(401, "invalid_client", "Unknown client or wrong secret.");
    }
    PrincipalEntity principal = found.get();
    Uni<IssuedToken> signing =
        switch (kind) {
          case SERVICE -> tokens.service(principal, audience);
          case REGISTRY_EXCHANGE -> tokens.registryExchange(principal);
          default -> tokens.arm(principal);
        };
    return signing.map(token -> answer(kind, principal, token));
  }

  /** What somebody gave for a client id can't begin another line, nor fill the log. */
  private static String quiet(String client) {
    StringBuilder safe = new StringBuilder();
    client
        .chars()
        .limit(64)
        .forEach(c -> safe.append(c > ' ' && c < 127 && c != '=' ? (char) c : '?'));
    return safe.toString();
  }

  private static Response answer(TokenKind kind, PrincipalEntity principal, IssuedToken token) {
    AUDIT.infof(
        "action=issue-token audience=%s client=%s result=issued", kind.label(), principal.clientId);
    return Response.ok(new Answer("Bearer", token.expiresIn(), token.expiresIn(), token.token()))
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
