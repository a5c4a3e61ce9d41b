package io.slipway.identity.registry;

import io.slipway.identity.access.Grant;
import io.slipway.identity.access.RegistryRight;
import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;

/** Finds what a principal may do at a registry, from its roles as they are now. */
@ApplicationScoped
class FindRegistryAccess {
  private final Transactions transactions;
  private final PrincipalRepository principals;
  private final RoleAssignmentRepository assignments;
  private final ProtectedResourceRepository resources;

  FindRegistryAccess(
      Transactions transactions,
      PrincipalRepository principals,
      RoleAssignmentRepository assignments,
      ProtectedResourceRepository resources) {
    this.transactions = transactions;
    this.principals = principals;
    this.assignments = assignments;
    this.resources = resources;
  }

  /**
   * The access; fails with 401 if the principal is gone, with 400 if the service is not known. Who
   * is not known learns nothing about services.
   */
  Uni<RegistryAccess> find(UUID principalId, String service) {
    return transactions.in(session ->
        principals
            .byId(session, principalId)
            .map(found -> found.orElseThrow(RegistryErrorException::unauthorized))
            .chain(principal -> find(session, principal, service)));
  }

  private Uni<RegistryAccess> find(
      Mutiny.StatelessSession session, PrincipalEntity principal, String service) {
    return resources
        .byAudience(session, service)
        .map(found -> resource(found, service))
        .chain(registry ->
            assignments
                .grants(session, principal.id)
                .map(grants -> access(principal, service, registry, grants)));
  }

  private static Scope resource(Optional<ProtectedResourceEntity> found, String service) {
    return found
        .flatMap(row -> Scope.parse(row.resourceId))
        .orElseThrow(() ->
            RegistryErrorException.invalid(
                "There is no service '" + service + "': it must be a login server."));
  }

  private static RegistryAccess access(
      PrincipalEntity principal, String service, Scope registry, List<Grant> grants) {
    return new RegistryAccess(
        principal, service, registry, RegistryRight.allowed(grants, registry));
  }
}
