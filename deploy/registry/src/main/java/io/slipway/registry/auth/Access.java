package io.slipway.registry.auth;

import java.util.Map;
import java.util.Set;

/**
 * What a token opens: actions by {@code type:name}.
 *
 * @param granted actions, for example {@code repository:hello-world} to {@code pull, push}
 */
public record Access(Map<String, Set<String>> granted) {
  /** Everything, in a registry that is open to all. */
  public static final Access OPEN = new Access(Map.of());

  /** Nothing: the caller has shown no token that is any good. */
  public static final Access NONE = new Access(Map.of());

  /** Whether an action is allowed on a repository. */
  public boolean allows(String repository, String action) {
    return this == OPEN
        || granted.getOrDefault("repository:" + repository, Set.of()).contains(action);
  }

  /** Whether repositories may be listed. */
  public boolean allowsCatalog() {
    return this == OPEN || granted.getOrDefault("registry:catalog", Set.of()).contains("*");
  }
}
