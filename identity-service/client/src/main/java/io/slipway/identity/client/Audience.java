package io.slipway.identity.client;

import java.util.Set;

/** Audiences of tokens that have a meaning of their own; all others are login servers. */
public final class Audience {
  /** Opens the internal endpoints of identity-service. */
  public static final String IDENTITY_SERVICE = "slipway-identity-service";

  /** Opens the internal endpoints of task-api. */
  public static final String TASK_API = "slipway-task-api";

  /** Opens the internal endpoints of credential-broker. */
  public static final String BROKER = "slipway-credential-broker";

  /** Opens the internal endpoints of the registry service. */
  public static final String REGISTRY = "slipway-registry";

  private static final Set<String> SERVICES = Set.of(IDENTITY_SERVICE, TASK_API, BROKER, REGISTRY);

  /** Lets the broker ask identity-service for tokens of the identities of one run. */
  public static final String ACT_AS = "slipway-act-as";

  /** Says who sends one event that asks for a run; opens nothing. */
  public static final String RUN_REQUEST = "slipway-run-request";

  /**
   * What Azure CLI 2.91 and later ask for before a log-in at any registry. Opens the exchange for a
   * registry's refresh token, and nothing else.
   */
  public static final String REGISTRY_EXCHANGE = "https://containerregistry.azure.net";

  private Audience() {}

  /**
   * Whether it is that of a service. There is one for each, so that who receives a caller's token
   * can't be that caller at another service.
   */
  public static boolean isService(String audience) {
    return SERVICES.contains(withoutSlash(audience));
  }

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
