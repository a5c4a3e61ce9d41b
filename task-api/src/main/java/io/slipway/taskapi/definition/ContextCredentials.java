package io.slipway.taskapi.definition;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The credentials in the address of a context: user and password, and the query, which may be the
 * signature of a link. An address that has some is a secret as a whole, which credential-broker
 * keeps; what is stored and shown has {@value #MARK} in their places. Pure.
 */
public final class ContextCredentials {
  /** Stands for credentials. */
  public static final String MARK = "***";

  private static final String NO_ADDRESS =
      "is not an address: special characters in a user name or password are written as %2F";

  private ContextCredentials() {}

  /** The address as it may be stored and shown; one that has no credentials stays as it is. */
  public static String shown(String address) {
    int scheme = address.indexOf("://");
    int begin = scheme < 0 ? 0 : scheme + 3;
    int slash = address.indexOf('/', begin);
    String authority = address.substring(begin, slash < 0 ? address.length() : slash);
    // The user of ssh is no secret: its key is elsewhere.
    boolean ssh = scheme < 0 || address.substring(0, scheme).equalsIgnoreCase("ssh");
    int at = authority.indexOf('@');
    boolean hasLogin = at >= 0 && (!ssh || authority.substring(0, at).indexOf(':') >= 0);
    String withoutLogin =
        hasLogin
            ? address.substring(0, begin)
                + MARK
                + address.substring(begin + authority.lastIndexOf('@'))
            : address;
    return ssh ? withoutLogin : withoutQuery(withoutLogin);
  }

  private static String withoutQuery(String address) {
    int fragment = address.indexOf('#');
    int end = fragment < 0 ? address.length() : fragment;
    int query = address.indexOf('?');
    return query < 0 || query > end
        ? address
        : address.substring(0, query + 1) + MARK + address.substring(end);
  }

  /** Whether a stored address lacks its credentials. */
  public static boolean areMissing(@Nullable String stored) {
    return stored != null
        && stored.equals(shown(stored))
        && (stored.startsWith(MARK + "@")
            || stored.contains("://" + MARK + "@")
            || stored.contains("?" + MARK));
  }

  /**
   * What is wrong with an address of http, without the address: in one that nobody can read it
   * cannot be told what is secret. Null for one that can be read, and for all other contexts.
   */
  public static @Nullable String problem(String address) {
    String lower = address.strip().toLowerCase(Locale.ROOT);
    if (!lower.startsWith("http:") && !lower.startsWith("https:")) {
      return null;
    }
    int fragment = address.indexOf('#');
    try {
      URI uri = new URI((fragment < 0 ? address : address.substring(0, fragment)).strip());
      return uri.getHost() == null ? NO_ADDRESS : null;
    } catch (URISyntaxException malformed) {
      return NO_ADDRESS;
    }
  }
}
