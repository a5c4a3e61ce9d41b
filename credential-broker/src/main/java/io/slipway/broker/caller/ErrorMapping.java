package io.slipway.broker.caller;

import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.slipway.broker.BrokerException;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;
import org.jspecify.annotations.Nullable;

/** Errors as {@code docs/interfaces.md} section 3 has them. None holds what was sent. */
class ErrorMapping {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

  record Body(Map<String, String> error) {}

  @ServerExceptionMapper
  Response refused(BrokerException refusal) {
    Response.ResponseBuilder answer = answer(refusal.status(), Refusals.fields(refusal));
    refusal
        .retryAfter()
        .ifPresent(pause -> answer.header(HttpHeaders.RETRY_AFTER, Math.max(1, pause.toSeconds())));
    return answer.build();
  }

  @ServerExceptionMapper
  Response noToken(UnauthorizedException missing) {
    return unauthorized();
  }

  @ServerExceptionMapper
  Response badToken(AuthenticationFailedException failed) {
    if (keysCannotBeRead(failed)) {
      return refused(
          BrokerException.unavailable(
              BrokerException.Upstream.IDENTITY, "its keys can't be read", RETRY_AFTER));
    }
    return unauthorized();
  }

  /** Whether the token could not be checked at all; it may still be good. */
  private static boolean keysCannotBeRead(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof KeysUnavailableException) {
        return true;
      }
    }
    return false;
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException forbidden) {
    return unauthorized();
  }

  @ServerExceptionMapper
  Response unreadable(MismatchedInputException mismatch) {
    return answer(400, "InvalidRequest", "The body does not have the right form.").build();
  }

  @ServerExceptionMapper
  Response web(WebApplicationException failure) {
    int status = failure.getResponse().getStatus();
    String code = status == 404 ? "NotFound" : "InvalidRequest";
    return answer(status, code, "The request can't be answered.").build();
  }

  @ServerExceptionMapper
  Response unexpected(Exception failure) {
    return refused(Refusals.of(failure));
  }

  private static Response unauthorized() {
    return answer(401, "InvalidRunToken", "The token is missing or not valid here.")
        .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
        .build();
  }

  private static Response.ResponseBuilder answer(int status, String code, String message) {
    Map<String, String> error = new LinkedHashMap<>();
    error.put("code", code);
    error.put("message", message);
    return answer(status, error);
  }

  private static Response.ResponseBuilder answer(int status, Map<String, String> error) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .entity(new Body(error));
  }
}
