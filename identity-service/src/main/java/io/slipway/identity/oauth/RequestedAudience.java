package io.slipway.identity.oauth;

import java.util.List;
import java.util.Optional;

/** Which token a {@code scope} asks for. Pure. */
final class RequestedAudience {
  private static final String DEFAULT = "/.default";

  private RequestedAudience() {}

  /**
   * The audience: what stands before {@code /.default}. Clients put OpenID's scopes beside it and
   * one or two slashes before it.
   *
   * @return empty unless just one scope ends so
   */
  static Optional<String> of(List<String> scopes) {
    List<String> found = scopes.stream().filter(scope -> scope.endsWith(DEFAULT)).toList();
    return found.size() == 1
        ? Optional.of(found.getFirst().substring(0, found.getFirst().length() - DEFAULT.length()))
        : Optional.empty();
  }
}
