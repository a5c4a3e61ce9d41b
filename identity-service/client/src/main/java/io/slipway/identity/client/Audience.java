package io.slipway.identity.client;

/** Audiences of tokens that have a meaning of their own; all others are login servers. */
public final class Audience {
  /** Opens the internal endpoints of services. */
  public static final String INTERNAL = "slipway-internal";

  /** Lets the broker ask identity-service for tokens of the identities of one run. */
  public static final String ACT_AS = "slipway-act-as";

  /**
   * What Azure CLI 2.91 and later ask for before a log-in at any registry. Opens the exchange for a
   * registry's refresh token, and nothing else.
   */
  public static final String REGISTRY_EXCHANGE = "https://containerregistry.azure.net";

  private Audience() {}

  /** Whether two audiences are the same; ARM's is written with and without a slash at the end. */
  public static boolean same(String one, String other) {
    return withoutSlash(one).equals(withoutSlash(other));
  }

  private static String withoutSlash(String audience) {
    int end = audience.length();
    while (end > 0 && audience.charAt(end - 1) == '/') {
      end--;
    }
    return audience.substring(0, end);
  }
}
