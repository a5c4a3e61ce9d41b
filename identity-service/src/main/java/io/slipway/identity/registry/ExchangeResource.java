package io.slipway.identity.registry;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.access.RegistryRight;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.oauth.Form;
import io.slipway.identity.token.TokenKind;
import io.slipway.identity.token.TokenMetrics;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import java.util.EnumSet;
import java.util.Set;
import org.jboss.logging.Logger;

/** {@code POST /oauth2/exchange}: an ARM token for a registry refresh token. */
@Path("/oauth2/exchange")
class ExchangeResource {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");

  private static final int MOST_SCOPES = 100;

  private final RegistryLogIn logIn;
  private final RegistryTokens tokens;
  private final TokenMetrics metrics;

  ExchangeResource(RegistryLogIn logIn, RegistryTokens tokens, TokenMetrics metrics) {
    this.logIn = logIn;
    this.tokens = tokens;
    this.metrics = metrics;
  }

  record Answer(@JsonProperty("refresh_token") String refreshToken) {}

  @POST
  @PermitAll
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Uni<Response> exchange(MultivaluedMap<String, String> fields) {
    Form form = new Form(fields);
    if (!form.value("grant_type").orElse("").startsWith("access_token")) {
      throw RegistryErrorException.invalid("grant_type must be access_token.");
    }
    String service =
        form.value("service")
            .orElseThrow(() -> RegistryErrorException.invalid("service is missing."));
    String token = form.value("access_token").orElseThrow(RegistryErrorException::unauthorized);
    Set<RegistryRight> asked = asked(form);
    return logIn.byArmToken(token, service).chain(visitor -> issue(visitor, asked));
  }

  /**
   * The rights that the caller says it wants the token for. They change nothing but the roles that
   * a refusal names, so what is not a scope is left out.
   */
  private static Set<RegistryRight> asked(Form form) {
    Set<RegistryRight> asked = EnumSet.noneOf(RegistryRight.class);
    form.words("scope").stream()
        .limit(MOST_SCOPES)
        .flatMap(text -> RegistryScope.parse(text).stream())
        .forEach(scope ->
            scope.actions().stream()
                .flatMap(action -> RegistryRight.of(scope, action).stream())
                .forEach(asked::add));
    return asked;
  }

  private Uni<Response> issue(RegistryLogIn.Visitor visitor, Set<RegistryRight> asked) {
    RegistryAccess access = visitor.access();
    if (access.rights().isEmpty()) {
      metrics.refused(TokenKind.REGISTRY_REFRESH);
      AUDIT.infof(
          "action=exchange principal=%s service=%s result=denied",
          access.principalId(), access.service());
      Denied denied = Denied.of(access, asked.isEmpty() ? Set.of(RegistryRight.PULL) : asked);
      throw new RegistryErrorException(
          403,
          "DENIED",
          "The principal '%s' (%s) has no right on '%s': role %s is missing on '%s'."
              .formatted(
                  denied.principalName(),
                  denied.principalId(),
                  denied.service(),
                  String.join(" and ", denied.rolesThatWould()),
                  denied.scope()),
          denied);
    }
    AUDIT.infof(
        "action=exchange principal=%s service=%s result=issued",
        access.principalId(), access.service());
    return tokens
        .refresh(visitor)
        .map(token ->
            Response.ok(new Answer(token.token()))
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build());
  }
}
