package io.slipway.identity.oauth;

import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which of the identities that a run may act as is meant. */
final class RequestedIdentity {
  /** The system-assigned one; without one, the only one. */
  static final String SYSTEM = "[system]";

  private RequestedIdentity() {}

  /**
   * The identity.
   *
   * @param allowed identities that the run may act as
   * @param wanted principal id, client id, or {@value #SYSTEM}
   * @return empty if none of them is meant, or it is not clear which
   */
  static Optional<PrincipalEntity> among(Collection<PrincipalEntity> allowed, String wanted) {
    List<PrincipalEntity> identities =
        allowed.stream().filter(row -> row.kind != PrincipalKind.ServiceClient).toList();
    if (!wanted.equals(SYSTEM)) {
      return identities.stream()
          .filter(row ->
              wanted.equalsIgnoreCase(row.id.toString()) || wanted.equalsIgnoreCase(row.clientId))
          .findFirst();
    }
    List<PrincipalEntity> system =
        identities.stream().filter(row -> row.kind == PrincipalKind.SystemAssigned).toList();
    List<PrincipalEntity> meant = system.isEmpty() ? identities : system;
    return meant.size() == 1 ? Optional.of(meant.get(0)) : Optional.empty();
  }
}
