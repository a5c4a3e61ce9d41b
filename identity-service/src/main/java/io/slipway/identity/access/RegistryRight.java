package io.slipway.identity.access;

import io.slipway.identity.client.RegistryScope;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What can be done with a registry's content, the actions of roles that allow it, and the role to
 * give to whom it lacks. Pure.
 */
public enum RegistryRight {
  PULL("pull", "pull/read", "repositories/content/read", "AcrPull"),
  PUSH("push", "push/write", "repositories/content/write", "AcrPush"),
  DELETE("delete", "artifacts/delete", "repositories/content/delete", "AcrDelete"),
  /** Read attributes. */
  METADATA_READ("metadata_read", "pull/read", "repositories/metadata/read", "AcrPull"),
  /** Change attributes. */
  METADATA_WRITE("metadata_write", "push/write", "repositories/metadata/write", "AcrPush"),
  /** List the repositories. */
  CATALOG("*", "pull/read", "catalog/read", "AcrPull");

  private static final String TYPE = "Microsoft.ContainerRegistry/registries/";

  private final String word;
  private final Operation action;
  private final Operation dataAction;
  private final String role;

  RegistryRight(String word, String action, String dataAction, String role) {
    this.word = word;
    this.action = new Operation(TYPE + action, false);
    this.dataAction = new Operation(TYPE + dataAction, true);
    this.role = role;
  }

  /** The right that an action of a scope needs; empty if there is no such action. */
  public static Optional<RegistryRight> of(RegistryScope scope, String action) {
    return Arrays.stream(values())
        .filter(right -> right.word.equals(action))
        .filter(right -> scope.isCatalog() == (right == CATALOG))
        .findFirst();
  }

  /** All that the grants allow at the registry. */
  public static Set<RegistryRight> allowed(Collection<Grant> grants, Scope registry) {
    EnumSet<RegistryRight> allowed = EnumSet.noneOf(RegistryRight.class);
    for (RegistryRight right : values()) {
      if (AccessDecision.allows(grants, right.action, registry)
          || AccessDecision.allows(grants, right.dataAction, registry)) {
        allowed.add(right);
      }
    }
    return allowed;
  }

  /** Name of the action that a role must have. */
  public String actionName() {
    return action.name();
  }

  /** The smallest roles that together have the rights, by name. */
  public static List<String> roles(Collection<RegistryRight> rights) {
    List<String> roles =
        rights.stream().sorted().map(right -> right.role).distinct().collect(Collectors.toList());
    if (roles.contains(PUSH.role)) {
      roles.remove(PULL.role); // whoever may push may pull
    }
    return List.copyOf(roles);
  }
}
