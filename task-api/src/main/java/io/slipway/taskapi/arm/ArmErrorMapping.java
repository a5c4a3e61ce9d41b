package io.slipway.taskapi.arm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.logging.Log;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.slipway.identity.client.jwt.KeysUnavailableException;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.store.Outage;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Every failure as an answer in ARM's shape. None says more than the caller may know. */
class ArmErrorMapping {
  @Inject
  @ConfigProperty(name = "slipway.public-url")
  String publicUrl;

  @ServerExceptionMapper
  Response refused(ArmException refused) {
    Response.ResponseBuilder answer =
        Response.status(refused.status())
            .type(MediaType.APPLICATION_JSON)
            .entity(
                ArmError.of(
                    refused.code(), String.valueOf(refused.getMessage()), refused.details()));
    refused.retryAfter().ifPresent(seconds -> answer.header("Retry-After", seconds));
    return answer.build();
  }

  @ServerExceptionMapper
  Response upstream(Upstream failure) {
    if (failure.isUnavailable()) {
      Log.warn(failure.getMessage());
      // Not the reason: it names classes, addresses and ports.
      return answer(
              503,
              "ServiceUnavailable",
              failure.service() + " is not available at the moment. Try again.")
          .header("Retry-After", 5)
          .build();
    }
    Log.errorf("Refused by another service: %s", failure.getMessage());
    return answer(502, "BadGateway", String.valueOf(failure.getMessage())).build();
  }

  @ServerExceptionMapper({UnauthorizedException.class, AuthenticationFailedException.class})
  Response unauthenticated(Throwable failure) {
    if (failure.getCause() instanceof KeysUnavailableException) {
      // The token could not be checked; it may still be good.
      return answer(503, "ServiceUnavailable", "Tokens can't be checked at the moment. Try again.")
          .header("Retry-After", 5)
          .build();
    }
    return answer(
            401,
            "AuthenticationFailed",
            "Authentication failed. The 'Authorization' header is missing or its token is not"
                + " valid here: it must be a Bearer token of this platform's issuer, not expired,"
                + " for this audience.")
        .header(
            "WWW-Authenticate",
            "Bearer authorization_uri=\"" + publicUrl + "/adfs/oauth2/authorize\"")
        .build();
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException failure) {
    return answer(403, "AuthorizationFailed", "This token does not open this address.").build();
  }

  @ServerExceptionMapper(JsonProcessingException.class)
  Response malformed(JsonProcessingException failure) {
    // Not the message as it is: it may quote a secret out of the body.
    return answer(
            400, "InvalidRequestContent", "The request content is not valid: " + where(failure))
        .build();
  }

  @ServerExceptionMapper
  Response http(WebApplicationException failure, UriInfo address) {
    int status = failure.getResponse().getStatus();
    if (failure.getCause() instanceof JsonProcessingException malformed) {
      return malformed(malformed);
    }
    return switch (status) {
      case 404 ->
          answer(404, "ResourceNotFound", UnknownAddress.message(address.getPath())).build();
      case 405 ->
          answer(
                  405,
                  "MethodNotAllowed",
                  "What is at this address has no such method: read it with GET, make it with PUT,"
                      + " change it with PATCH, delete it with DELETE, or ask for an action of it"
                      + " with POST.")
              .build();
      case 415 ->
          answer(415, "UnsupportedMediaType", "The request must be application/json.").build();
      default ->
          answer(
                  status,
                  status < 500 ? "BadRequest" : "InternalServerError",
                  "The request was refused: HTTP %d, %s."
                      .formatted(status, failure.getResponse().getStatusInfo().getReasonPhrase()))
              .build();
    };
  }

  @ServerExceptionMapper
  Response unexpected(Exception failure) {
    String trace = UUID.randomUUID().toString();
    if (Outage.is(failure)) {
      String message = Outage.message(failure);
      Log.warnf("%s (%s): %s", message, trace, failure.toString());
      return answer(503, "ServiceUnavailable", message).header("Retry-After", 5).build();
    }
    Log.errorf(failure, "Failure %s", trace);
    return answer(500, "InternalServerError", "Internal error; the log has it as " + trace + ".")
        .build();
  }

  private static String where(JsonProcessingException failure) {
    if (failure instanceof MismatchedInputException mismatched && !mismatched.getPath().isEmpty()) {
      StringBuilder path = new StringBuilder();
      mismatched
          .getPath()
          .forEach(part ->
              path.append('/')
                  .append(
                      part.getFieldName() == null
                          ? Integer.toString(part.getIndex())
                          : part.getFieldName()));
      return "the value at " + path + " has the wrong type.";
    }
    return failure.getLocation() == null
        ? "it is not JSON."
        : "it is not JSON at line %d, column %d."
            .formatted(failure.getLocation().getLineNr(), failure.getLocation().getColumnNr());
  }

  private static Response.ResponseBuilder answer(int status, String code, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON)
        .entity(ArmError.of(code, message, List.of()));
  }
}
