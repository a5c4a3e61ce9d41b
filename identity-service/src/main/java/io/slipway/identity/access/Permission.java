package io.slipway.identity.access;

import java.util.List;

/**
 * One permission of a role: what its actions name less what its notActions name, for the resource
 * and for its data each.
 *
 * @param actions patterns of what is allowed
 * @param notActions patterns of what is not, though actions name it
 * @param dataActions the same for data
 * @param notDataActions the same for data
 */
public record Permission(
    List<String> actions,
    List<String> notActions,
    List<String> dataActions,
    List<String> notDataActions) {

  /** Whether the permission holds for the operation. */
  public boolean allows(Operation operation) {
    List<String> allowed = operation.onData() ? dataActions : actions;
    List<String> except = operation.onData() ? notDataActions : notActions;
    return anyMatches(allowed, operation.name()) && !anyMatches(except, operation.name());
  }

  private static boolean anyMatches(List<String> patterns, String action) {
    return patterns.stream().anyMatch(pattern -> new ActionPattern(pattern).matches(action));
  }
}
