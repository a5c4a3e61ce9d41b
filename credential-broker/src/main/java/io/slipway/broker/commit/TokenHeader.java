package io.slipway.broker.commit;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** How a git provider wants to see a token in the header of that name. Pure. */
enum TokenHeader {
  /** Tokens of users and of OAuth alike. */
  BEARER,
  TOKEN,
  /** One of Entra ID as a bearer's, which is a JWT, and a personal one as a password. */
  AZURE;

  private static final String JWT = "eyJ";

  /** The header with the token in it. */
  Map<String, String> of(String token) {
    return Map.of(
        "Authorization",
        switch (this) {
          case BEARER -> "Bearer " + token;
          case TOKEN -> "token " + token;
          case AZURE -> token.startsWith(JWT) ? "Bearer " + token : basic("", token);
        });
  }

  /**
   * The header that git itself sends. Servers look at the token alone, except that GitLab wants a
   * name of its own for tokens of OAuth, and Bitbucket for those of repositories.
   */
  static Map<String, String> git(URI repository, String token) {
    boolean bitbucket = "bitbucket.org".equalsIgnoreCase(repository.getHost());
    return Map.of("Authorization", basic(bitbucket ? "x-token-auth" : "oauth2", token));
  }

  private static String basic(String user, String token) {
    byte[] login = (user + ":" + token).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(login);
  }
}
