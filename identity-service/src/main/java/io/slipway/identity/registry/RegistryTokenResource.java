package io.slipway.identity.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.client.RegistryScope;
import io.slipway.identity.oauth.BasicCredentials;
import io.slipway.identity.oauth.Form;
import io.slipway.identity.token.IssuedToken;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /oauth2/token}: registry access tokens, for just those of the scopes asked for that the
 * principal's roles allow now.
 */
@Path("/oauth2/token")
class RegistryTokenResource {
  private final RegistryLogIn logIn;
  private final RegistryTokens tokens;

  RegistryTokenResource(RegistryLogIn logIn, RegistryTokens tokens) {
    this.logIn = logIn;
    this.tokens = tokens;
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Answer(
      @JsonProperty("access_token") String accessToken,
      String token,
      @JsonProperty("expires_in") long expiresIn,
      @JsonProperty("issued_at") Instant issuedAt,
      @JsonProperty("refresh_token") @Nullable String refreshToken,
      @Nullable Denied denied) {}

  @POST
  @PermitAll
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Uni<Response> post(MultivaluedMap<String, String> fields) {
    Form form = new Form(fields);
    String service = service(form);
    return switch (form.value("grant_type").orElse("")) {
      case "refresh_token" -> answer(form, logIn.byToken(needed(form, "refresh_token"), service));
      case "password" ->
          answer(
              form,
              logIn.byPassword(
                  new BasicCredentials(needed(form, "username"), needed(form, "password")),
                  service));
      default ->
          throw RegistryErrorException.invalid("grant_type must be refresh_token or password.");
    };
  }

  /** What {@code docker login} and {@code docker pull} call. */
  @GET
  @PermitAll
  public Uni<Response> get(
      @HeaderParam(HttpHeaders.AUTHORIZATION) @Nullable String authorization,
      @Context UriInfo uri) {
    Form form = new Form(uri.getQueryParameters());
    BasicCredentials credentials =
        BasicCredentials.read(authorization).orElseThrow(RegistryErrorException::unauthorized);
    return answer(form, logIn.byPassword(credentials, service(form)));
  }

  private Uni<Response> answer(Form form, Uni<RegistryLogIn.Visitor> visitor) {
    List<RegistryScope> asked = AskedScopes.of(form.words("scope"));
    boolean offline =
        form.value("offline_token").orElse("").equals("true")
            || form.value("access_type").orElse("").equals("offline");
    return visitor.chain(who -> issue(who, asked, offline));
  }

  private Uni<Response> issue(
      RegistryLogIn.Visitor visitor, List<RegistryScope> asked, boolean offline) {
    RegistryAccess access = visitor.access();
    // An access token was cut: whoever shows one gets nothing that is wider or lives longer.
    boolean mayRefresh = offline && visitor.ceiling().isEmpty() && !access.rights().isEmpty();
    DecidedToken decided = DecidedToken.of(visitor, asked);
    decided.audit();
    Denied denied = decided.denied();
    return tokens
        .access(List.of(decided))
        .map(List::getFirst)
        .chain(token ->
            mayRefresh
                ? tokens.refresh(visitor).map(refresh -> answer(token, refresh.token(), denied))
                : Uni.createFrom().item(() -> answer(token, null, denied)));
  }

  private static Response answer(
      IssuedToken token, @Nullable String refreshToken, @Nullable Denied denied) {
    Answer answer =
        new Answer(
            token.token(),
            token.token(),
            token.expiresIn(),
            token.issuedAt(),
            refreshToken,
            denied);
    return Response.ok(answer).header(HttpHeaders.CACHE_CONTROL, "no-store").build();
  }

  private static String service(Form form) {
    return needed(form, "service");
  }

  private static String needed(Form form, String name) {
    return form.value(name)
        .orElseThrow(() -> RegistryErrorException.invalid(name + " is missing."));
  }
}
