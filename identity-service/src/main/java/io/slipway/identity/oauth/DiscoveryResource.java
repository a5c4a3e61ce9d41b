package io.slipway.identity.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.slipway.identity.settings.Settings;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.List;

/** OpenID discovery, in ADFS's and in Entra's paths, and the doors that are not open yet. */
@Path("/")
class DiscoveryResource {
  private final Settings settings;

  DiscoveryResource(Settings settings) {
    this.settings = settings;
  }

  record Metadata(
      String issuer,
      @JsonProperty("authorization_endpoint") String authorizationEndpoint,
      @JsonProperty("token_endpoint") String tokenEndpoint,
      @JsonProperty("device_authorization_endpoint") String deviceAuthorizationEndpoint,
      @JsonProperty("jwks_uri") String jwksUri,
      @JsonProperty("grant_types_supported") List<String> grantTypes,
      @JsonProperty("token_endpoint_auth_methods_supported") List<String> authMethods,
      @JsonProperty("response_types_supported") List<String> responseTypes,
      @JsonProperty("subject_types_supported") List<String> subjectTypes,
      @JsonProperty("id_token_signing_alg_values_supported") List<String> algorithms) {}

  @GET
  @PermitAll
  @Path("{tenant: adfs|[0-9a-fA-F-]+}/{inner: ([^/]+/)?}.well-known/openid-configuration")
  public Metadata metadata() {
    String issuer = settings.issuer();
    return new Metadata(
        issuer,
        issuer + "/oauth2/authorize",
        issuer + "/oauth2/token",
        issuer + "/oauth2/devicecode",
        issuer + "/discovery/keys",
        List.of("client_credentials"),
        List.of("client_secret_post", "client_secret_basic"),
        List.of("code"),
        List.of("public"),
        List.of("RS256"));
  }

  @GET
  @PermitAll
  @Path("{tenant: adfs|[0-9a-fA-F-]+}/oauth2/{version: (v2\\.0/)?}authorize")
  public void authorize() {
    throw onlyClients();
  }

  @POST
  @PermitAll
  @Path("{tenant: adfs|[0-9a-fA-F-]+}/oauth2/{version: (v2\\.0/)?}devicecode")
  public void deviceCode() {
    throw onlyClients();
  }

  private static OAuthException onlyClients() {
    return new OAuthException(
        400,
        "unsupported_grant_type",
        "Persons can't log in here; use a client id and secret"
            + " (az login --service-principal -u CLIENT_ID -p SECRET --tenant TENANT_ID).");
  }
}
