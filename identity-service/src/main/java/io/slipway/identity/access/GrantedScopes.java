package io.slipway.identity.access;

import io.slipway.identity.client.RegistryScope;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Scopes as they are granted: what is asked for, cut to what may be. Pure.
 *
 * @param granted scopes with at least one action
 * @param missing rights that were asked for and are lacking
 */
public record GrantedScopes(List<RegistryScope> granted, Set<RegistryRight> missing) {

  /**
   * Cuts scopes.
   *
   * @param asked what is asked for
   * @param rights what the principal may do now
   * @param ceiling what the token shown already was cut to; empty if it was not
   */
  public static GrantedScopes of(
      List<RegistryScope> asked, Set<RegistryRight> rights, Optional<List<RegistryScope>> ceiling) {
    List<RegistryScope> granted = new ArrayList<>();
    Set<RegistryRight> missing = EnumSet.noneOf(RegistryRight.class);
    for (RegistryScope scope : RegistryScope.merged(asked)) {
      List<String> kept = new ArrayList<>();
      for (String action : scope.actions()) {
        Optional<RegistryRight> right = RegistryRight.of(scope, action);
        if (right.isPresent() && !rights.contains(right.get())) {
          missing.add(right.get());
        } else if (right.isPresent() && isBelow(ceiling, scope, action)) {
          kept.add(action);
        }
      }
      if (!kept.isEmpty()) {
        granted.add(scope.with(List.copyOf(kept)));
      }
    }
    return new GrantedScopes(List.copyOf(granted), missing);
  }

  private static boolean isBelow(
      Optional<List<RegistryScope>> ceiling, RegistryScope scope, String action) {
    return ceiling.isEmpty()
        || ceiling.get().stream()
            .anyMatch(above ->
                above.type().equals(scope.type())
                    && above.name().equals(scope.name())
                    && above.actions().contains(action));
  }
}
