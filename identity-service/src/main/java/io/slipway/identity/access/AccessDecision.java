package io.slipway.identity.access;

import java.util.Collection;

/** Whether a principal may do something somewhere. Pure: its grants are passed in. */
public final class AccessDecision {
  private AccessDecision() {}

  /**
   * Whether one of the grants reaches the scope and allows the operation. What one role excludes by
   * {@code notActions} another may allow.
   */
  public static boolean allows(Collection<Grant> grants, Operation operation, Scope scope) {
    return grants.stream()
        .anyMatch(grant -> grant.scope().covers(scope) && grant.role().allows(operation));
  }

  /** Decides for texts from outside: what cannot be read is refused. */
  public static boolean allows(Collection<Grant> grants, String action, String scope) {
    return Operation.action(action)
        .flatMap(operation -> Scope.parse(scope).map(place -> allows(grants, operation, place)))
        .orElse(false);
  }
}
