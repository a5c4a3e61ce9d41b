package io.slipway.identity.managedidentity;

import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityEntity;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/** Makes a managed identity with its principal, inside the caller's transaction. */
@ApplicationScoped
class CreateIdentity {
  private static final Logger AUDIT = Logger.getLogger("io.slipway.identity.audit");

  private final InstantSource clock;

  CreateIdentity(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * What to make.
   *
   * @param kind user-assigned or system-assigned
   * @param resourceId its own ARM id, or its owner's
   * @param name what people see
   * @param location where it is said to be
   * @param tags JSON object of texts
   */
  record NewIdentity(
      PrincipalKind kind, String resourceId, String name, String location, String tags) {}

  Uni<ManagedIdentityEntity> create(Mutiny.StatelessSession session, NewIdentity wanted) {
    PrincipalEntity principal = new PrincipalEntity();
    principal.id = UUID.randomUUID();
    principal.clientId = UUID.randomUUID().toString();
    principal.displayName = wanted.name();
    principal.kind = wanted.kind();
    principal.createdAt = clock.instant();
    ManagedIdentityEntity identity = new ManagedIdentityEntity();
    identity.resourceKey = Scope.key(wanted.resourceId());
    identity.resourceId = wanted.resourceId();
    identity.name = wanted.name();
    identity.location = wanted.location();
    identity.tags = wanted.tags();
    identity.principal = principal;
    AUDIT.infof(
        "action=create-identity principal=%s kind=%s resource=%s",
        principal.id, wanted.kind(), wanted.resourceId());
    return session.insert(principal).chain(() -> session.insert(identity)).replaceWith(identity);
  }
}
