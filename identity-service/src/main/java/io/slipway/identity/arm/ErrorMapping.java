package io.slipway.identity.arm;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.slipway.identity.client.database.Outage;
import io.slipway.identity.settings.Settings;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Errors of ARM, Graph and internal calls; those of OAuth and registries have their own shapes. */
class ErrorMapping {
  private static final Logger LOG = Logger.getLogger(ErrorMapping.class);

  private static final int RETRY_AFTER_SECONDS = 2;

  private final Settings settings;

  ErrorMapping(Settings settings) {
    this.settings = settings;
  }

  record Body(Detail error) {}

  record Detail(String code, String message) {}

  @ServerExceptionMapper
  Response refused(ArmException refusal) {
    return answer(refusal.status(), refusal.code(), String.valueOf(refusal.getMessage()));
  }

  @ServerExceptionMapper
  Response noToken(UnauthorizedException missing) {
    return unauthorized("Authentication failed: the 'Authorization' header is missing.");
  }

  @ServerExceptionMapper
  Response badToken(AuthenticationFailedException failed) {
    return unauthorized("Authentication failed: the access token is not valid here.");
  }

  @ServerExceptionMapper
  Response forbidden(ForbiddenException forbidden) {
    return answer(403, "AuthorizationFailed", "The token does not open this address.");
  }

  @ServerExceptionMapper
  Response web(WebApplicationException failure, UriInfo address) {
    int status = failure.getResponse().getStatus();
    return switch (status) {
      case 404 -> answer(404, "NotFound", unknown(address.getPath()));
      case 405 ->
          answer(
              405,
              "MethodNotAllowed",
              "The address does not take this method: identities, role assignments and definitions"
                  + " take GET, PUT and DELETE.");
      case 413 -> answer(413, "RequestTooLarge", "The request is too large.");
      default -> answer(status, "InvalidRequest", "The request can't be read.");
    };
  }

  /** What is missing, and what would be right. */
  private static String unknown(String path) {
    if (path.toLowerCase(Locale.ROOT).contains("/federatedidentitycredentials")) {
      return "federatedIdentityCredentials are not supported by Slipway: runs are given tokens of"
          + " their identities without them.";
    }
    return "Nothing answers here: there are userAssignedIdentities of Microsoft.ManagedIdentity,"
        + " roleAssignments and roleDefinitions of Microsoft.Authorization, and Graph's"
        + " servicePrincipals. Check the path.";
  }

  @ServerExceptionMapper
  Response mistyped(MismatchedInputException failure) {
    String where =
        failure.getPath().stream()
            .map(JsonMappingException.Reference::getFieldName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return answer(
        400,
        "InvalidRequest",
        where.isEmpty()
            ? "The request can't be read."
            : "The request can't be read: '" + where + "' has the wrong type.");
  }

  @ServerExceptionMapper
  Response unexpected(Exception failure) {
    if (Outage.is(failure)) {
      LOG.warnf("action=answer-request result=unavailable reason=%s", failure.getMessage());
      return Response.fromResponse(
              answer(503, "ServiceUnavailable", "The database is not available. Try again."))
          .header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
          .build();
    }
    LOG.error("action=answer-request result=failed", failure);
    return answer(500, "InternalServerError", "The request failed; the service's log says why.");
  }

  private Response unauthorized(String message) {
    return Response.fromResponse(answer(401, "AuthenticationFailed", message))
        .header(
            HttpHeaders.WWW_AUTHENTICATE, "Bearer authorization_uri=\"" + settings.issuer() + "\"")
        .build();
  }

  private static Response answer(int status, String code, String message) {
    return Response.status(status)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(new Body(new Detail(code, message)))
        .build();
  }
}
