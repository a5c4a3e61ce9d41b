package io.slipway.identity.oauth;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors of the token endpoint. */
class OAuthErrorMapping {

  record Body(String error, @JsonProperty("error_description") String description) {}

  @ServerExceptionMapper
  Response refused(OAuthException refusal) {
    Response.ResponseBuilder answer =
        Response.status(refusal.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(new Body(refusal.error(), String.valueOf(refusal.getMessage())));
    if (refusal.status() == 401) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"slipway\"");
    }
    return answer.build();
  }
}
