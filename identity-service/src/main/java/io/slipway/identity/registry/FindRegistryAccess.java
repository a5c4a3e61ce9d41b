package io.slipway.identity.registry;

import io.slipway.identity.access.Grant;
import io.slipway.identity.access.RegistryRight;
import io.slipway.identity.access.Scope;
import io.slipway.identity.memory.RememberedAccess;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.role.AccessVersion;
import io.slipway.identity.role.RoleAssignmentRepository;
import io.slipway.identity.store.OwnContext;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Finds what a principal may do at a registry, from its roles as they are now. What was found as of
 * the version that holds now is not read again.
 */
@ApplicationScoped
class FindRegistryAccess {
  private final Transactions transactions;
  private final PrincipalRepository principals;
  private final RoleAssignmentRepository assignments;
  private final ProtectedResourceRepository resources;
  private final AccessVersion version;
  private final RememberedAccess<Key, RegistryAccess> remembered =
      new RememberedAccess<>(System::nanoTime);

  private record Key(UUID principalId, String service) {}

  FindRegistryAccess(
      Transactions transactions,
      PrincipalRepository principals,
      RoleAssignmentRepository assignments,
      ProtectedResourceRepository resources,
      AccessVersion version) {
    this.transactions = transactions;
    this.principals = principals;
    this.assignments = assignments;
    this.resources = resources;
    this.version = version;
  }

  /**
   * The access; fails with 401 if the principal is gone, with 400 if the service is not known. Who
   * is not known learns nothing about services.
   */
  Uni<RegistryAccess> find(UUID principalId, String service) {
    return version.now().chain(now -> OwnContext.uni(() -> find(principalId, service, now)));
  }

  /**
   * The access, from memory if it was found as of this version.
   *
   * @param now a version of {@link AccessVersion}, read before
   */
  CompletionStage<RegistryAccess> find(UUID principalId, String service, String now) {
    return remembered.find(
        new Key(principalId, service),
        now,
        () -> read(principalId, service).subscribeAsCompletionStage());
  }

  private Uni<RegistryAccess> read(UUID principalId, String service) {
    return transactions.in(session ->
        principals
            .byId(session, principalId)
            .map(found -> found.orElseThrow(RegistryErrorException::unauthorized))
            .chain(principal -> read(session, principal, service)));
  }

  private Uni<RegistryAccess> read(
      Mutiny.StatelessSession session, PrincipalEntity principal, String service) {
    return resources
        .byAudience(session, service)
        .map(found -> found.orElseThrow(() -> unknown(service)))
        .chain(resource ->
            assignments
                .grants(session, principal.id)
                .map(grants -> access(principal, service, resource, grants)));
  }

  private static RegistryErrorException unknown(String service) {
    return RegistryErrorException.invalid(
        "There is no service '" + service + "': it must be a login server.");
  }

  private static RegistryAccess access(
      PrincipalEntity principal,
      String service,
      ProtectedResourceEntity resource,
      List<Grant> grants) {
    Scope registry = Scope.parse(resource.resourceId).orElseThrow(() -> unknown(service));
    return new RegistryAccess(
        principal.id,
        principal.displayName,
        principal.clientId,
        service,
        registry,
        resource.armTokens,
        Collections.unmodifiableSet(RegistryRight.allowed(grants, registry)));
  }
}
