package io.slipway.registry.auth;

import io.slipway.identity.client.BlockingHttp;
import io.slipway.identity.client.ServiceToken;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a token of the user name and password that a caller shows with a request, as registries of
 * ACR do: for clients that know nothing of tokens. Blocks while identity-service decides.
 */
public final class BasicLogIn {
  private static final String SCHEME = "Basic ";

  private final BlockingHttp http;
  private final String tokenAddress;

  /** With the address of the token endpoint. */
  public BasicLogIn(BlockingHttp http, String tokenAddress) {
    this.http = http;
    this.tokenAddress = tokenAddress;
  }

  /**
   * The token for what a request needs.
   *
   * @param authorization the request's header, or null
   * @param scope as in a challenge; empty for a token that opens nothing
   * @return empty if it is no name and password, or not a right one
   * @throws IOException if identity-service cannot say now
   */
  public Optional<String> token(@Nullable String authorization, String loginServer, String scope)
      throws IOException {
    Optional<String> pair = pair(authorization);
    if (pair.isEmpty()) {
      return Optional.empty();
    }
    int colon = pair.get().indexOf(':');
    ServiceToken.Answer answer =
        ask(
            Map.of(
                "grant_type",
                "password",
                "username",
                pair.get().substring(0, colon),
                "password",
                pair.get().substring(colon + 1),
                "service",
                loginServer,
                "scope",
                scope));
    if (answer.status() / 100 == 5) {
      throw new IOException("identity-service answered " + answer.status());
    }
    return answer.status() == 200
        ? Optional.ofNullable(new JsonObject(answer.body()).getString("access_token"))
        : Optional.empty();
  }

  private ServiceToken.Answer ask(Map<String, String> form) throws IOException {
    try {
      return http.postForm(tokenAddress, form).toCompletableFuture().join();
    } catch (CompletionException away) {
      // Its cause may name the address, but never what was sent.
      throw new IOException("identity-service cannot be reached", away.getCause());
    }
  }

  private static Optional<String> pair(@Nullable String header) {
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
      return Optional.of(new String(decoded, StandardCharsets.UTF_8))
          .filter(text -> text.indexOf(':') > 0);
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
