package io.slipway.registry.http;

import io.slipway.registry.auth.Access;
import io.slipway.registry.auth.BasicLogIn;
import io.slipway.registry.auth.ShownTokens;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.HttpProxy;
import java.io.IOException;
import java.util.Optional;

/**
 * What the login servers of a platform share: who callers are, and where they get tokens.
 *
 * @param tokens checks tokens
 * @param basic makes tokens of names and passwords
 * @param identity takes the calls for tokens, which ACR answers at the login server
 * @param realm address of the token endpoint that challenges name
 */
record Doorkeeper(ShownTokens tokens, BasicLogIn basic, HttpProxy identity, String realm) {
  private static final String BEARER = "Bearer ";

  /** What the token of a request opens. */
  Access access(HttpServerRequest request, String loginServer) {
    String header = request.getHeader("Authorization");
    return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? tokens.access(header.substring(BEARER.length()), loginServer).orElse(Access.NONE)
        : Access.NONE;
  }

  /**
   * What the name and password of a request open of what it needs.
   *
   * @param scope that it needs
   */
  Optional<Access> byPassword(HttpServerRequest request, String loginServer, String scope) {
    try {
      return basic
          .token(request.getHeader("Authorization"), loginServer, scope)
          .flatMap(token -> tokens.access(token, loginServer));
    } catch (IOException away) {
      throw new RegistryProblem(
          503, "UNAVAILABLE", "the password cannot be checked now: " + away.getMessage());
    }
  }
}
