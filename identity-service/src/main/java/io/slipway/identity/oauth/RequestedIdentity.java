package io.slipway.identity.oauth;

import com.google.re2j.Pattern;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which of the identities that a run may act as is meant. */
final class RequestedIdentity {
  /** The system-assigned one of the run's task; without one, the only one. */
  static final String SYSTEM = "[system]";

  private static final Pattern REGISTRY = Pattern.compile(".*/registries/[^/]+");

  private RequestedIdentity() {}

  /**
   * The identity.
   *
   * @param allowed identities that the run may act as
   * @param wanted principal id, client id, or {@value #SYSTEM}
   * @return empty if none of them is meant, or it is not clear which
   */
  static Optional<PrincipalEntity> among(Collection<ManagedIdentityEntity> allowed, String wanted) {
    if (!wanted.equals(SYSTEM)) {
      return allowed.stream()
          .map(identity -> identity.principal)
          .filter(row ->
              wanted.equalsIgnoreCase(row.id.toString()) || wanted.equalsIgnoreCase(row.clientId))
          .findFirst();
    }
    List<ManagedIdentityEntity> own =
        allowed.stream().filter(identity -> !isRegistrys(identity)).toList();
    // A run without a task has the registry's own identity; a task never means that one.
    List<ManagedIdentityEntity> meant = own.isEmpty() ? List.copyOf(allowed) : own;
    List<ManagedIdentityEntity> system =
        meant.stream()
            .filter(identity -> identity.principal.kind == PrincipalKind.SystemAssigned)
            .toList();
    List<ManagedIdentityEntity> left = system.isEmpty() ? meant : system;
    return left.size() == 1 ? Optional.of(left.get(0).principal) : Optional.empty();
  }

  private static boolean isRegistrys(ManagedIdentityEntity identity) {
    return identity.principal.kind == PrincipalKind.SystemAssigned
        && REGISTRY.matcher(identity.resourceKey).matches();
  }
}
