package io.slipway.identity.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Errors of registries' token endpoints. */
class RegistryErrorMapping {

  record Body(List<Problem> errors) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Problem(String code, String message, @Nullable Object detail) {}

  @ServerExceptionMapper
  Response refused(RegistryErrorException refusal) {
    Problem problem =
        new Problem(refusal.code(), String.valueOf(refusal.getMessage()), refusal.detail());
    Response.ResponseBuilder answer =
        Response.status(refusal.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .header(HttpHeaders.CACHE_CONTROL, "no-store")
            .entity(new Body(List.of(problem)));
    if (refusal.status() == 401) {
      answer.header(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"slipway\"");
    }
    return answer.build();
  }
}
