package io.slipway.broker.rule;

import io.slipway.identity.client.Challenge;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a registry's tokens come from, once it is certain that an identity's token may be shown
 * there. Pure.
 *
 * @param realm address of the token endpoint
 * @param service name of the registry there
 */
public record TokenEndpoint(URI realm, String service) {

  /** Whom to trust, in lower case: authorities ({@code host:port}). */
  public record Trust(Set<String> realms, Set<String> insecure) {}

  /** A token endpoint, or why it is not to be trusted. */
  public record Checked(Optional<TokenEndpoint> endpoint, String refusal) {}

  /**
   * Checks what a registry says about itself.
   *
   * <p>A registry that lies must get neither the identity's token nor a token for another registry:
   * the realm must be the platform's or a configured one, and the service its own login server. A
   * realm of the registry's own is not enough: its name is what the author of a task wrote.
   */
  public static Checked check(LoginServer server, Challenge challenge, Trust trust) {
    URI realm;
    try {
      realm = new URI(challenge.realm());
    } catch (URISyntaxException malformed) {
      return refused("its realm is not an address");
    }
    String authority = realm.getRawAuthority();
    if (authority == null || realm.getRawUserInfo() != null || realm.getRawFragment() != null) {
      return refused("its realm is not an address");
    }
    String where = authority.toLowerCase(Locale.ROOT);
    boolean secure = "https".equalsIgnoreCase(realm.getScheme());
    if (!secure
        && !("http".equalsIgnoreCase(realm.getScheme()) && trust.insecure().contains(where))) {
      return refused("its realm " + shown(realm) + " is not https");
    }
    if (!trust.realms().contains(where)) {
      return refused(
          "its realm "
              + shown(realm)
              + " is neither the platform's nor a trusted one (slipway.broker.trusted-realms), so no"
              + " identity logs in there: give the task a user name and password for it");
    }
    if (!challenge.service().equalsIgnoreCase(server.key())) {
      return refused("it calls itself by another name than its login server");
    }
    return new Checked(Optional.of(new TokenEndpoint(realm, challenge.service())), "");
  }

  /** Address of the exchange: only scheme, host and port of the realm count. */
  public String exchange() {
    return realm.getScheme() + "://" + realm.getRawAuthority() + "/oauth2/exchange";
  }

  /** Host and port of the realm, lower case. */
  public String authority() {
    return realm.getRawAuthority().toLowerCase(Locale.ROOT);
  }

  private static String shown(URI realm) {
    return realm.getScheme() + "://" + realm.getRawAuthority();
  }

  private static Checked refused(String why) {
    return new Checked(Optional.empty(), why);
  }
}
