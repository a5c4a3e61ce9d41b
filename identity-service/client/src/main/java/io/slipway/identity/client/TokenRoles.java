package io.slipway.identity.client;

import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a token of identity-service opens at a service, by its audience: a service token what that
 * service may do, another token what the service says of its audience. A token for any other
 * audience opens nothing. Signature, issuer and times must have been verified before. Pure.
 */
public final class TokenRoles {
  /** What all service clients' ids begin with; no other role does. */
  private static final String SERVICE = "slipway-";

  private final String own;
  private final Map<String, String> roleByAudience;

  /**
   * The roles at one service.
   *
   * @param own the service's audience, see {@link Audience#isService}
   * @param roleByAudience role by audience, besides service tokens
   */
  public TokenRoles(String own, Map<String, String> roleByAudience) {
    this.own = own;
    this.roleByAudience = Map.copyOf(roleByAudience);
  }

  /**
   * The one role of a token: of a service token its client id.
   *
   * @param audience what the token says of it; it must be exactly one
   * @param claims a claim by its name, null if the token does not have it
   * @throws TokenRefusedException if it opens nothing here
   */
  public String role(
      @Nullable Collection<String> audience, Function<String, @Nullable Object> claims)
      throws TokenRefusedException {
    if (!(claims.apply("exp") instanceof Number end) || end.longValue() <= 0) {
      throw new TokenRefusedException("the token has no end");
    }
    if (audience == null || audience.size() != 1) {
      throw new TokenRefusedException("a token must have one audience");
    }
    String only = audience.iterator().next();
    if (only.equals(own)) {
      return service(claims.apply("appid"));
    }
    for (Map.Entry<String, String> entry : roleByAudience.entrySet()) {
      if (Audience.same(only, entry.getKey())) {
        return entry.getValue();
      }
    }
    throw new TokenRefusedException("the token is for another audience");
  }

  /** A client must not be able to have the name of a role that is not a client's. */
  private static String service(@Nullable Object appId) throws TokenRefusedException {
    if (appId == null || !appId.toString().startsWith(SERVICE)) {
      throw new TokenRefusedException("the token does not say which service it is for");
    }
    return appId.toString();
  }

  /**
   * A claim that must be there.
   *
   * @throws TokenRefusedException if it is missing or blank; names it
   */
  public static String claim(String name, Function<String, @Nullable Object> claims)
      throws TokenRefusedException {
    Object value = claims.apply(name);
    if (value == null || value.toString().isBlank()) {
      throw new TokenRefusedException("the token has no claim " + name);
    }
    return value.toString();
  }
}
