package io.slipway.identity.serviceclient;

import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.role.AssignRole;
import io.slipway.identity.role.BuiltInRoles;
import io.slipway.identity.settings.Settings;
import io.slipway.identity.store.Lock;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jboss.logging.Logger;

/**
 * Takes in the service clients at start: a new file is a new client, a changed one a new secret, a
 * client without a file can't log in any more. The administrator gets Owner on the subscription
 * when it is made, and only then: whoever takes it away does so for good.
 */
@ApplicationScoped
public class RegisterServiceClients {
  /** Client id of the person who installed the platform. */
  public static final String ADMINISTRATOR = "slipway-administrator";

  private static final Logger LOG = Logger.getLogger(RegisterServiceClients.class);

  private final Vertx vertx;
  private final Transactions transactions;
  private final Settings settings;
  private final BuiltInRoles roles;
  private final AssignRole assignRole;
  private final InstantSource clock;

  RegisterServiceClients(
      Vertx vertx,
      Transactions transactions,
      Settings settings,
      BuiltInRoles roles,
      AssignRole assignRole,
      InstantSource clock) {
    this.vertx = vertx;
    this.transactions = transactions;
    this.settings = settings;
    this.roles = roles;
    this.assignRole = assignRole;
    this.clock = clock;
  }

  /** Reads the folder and brings the database in line with it. */
  public Uni<Void> register() {
    return vertx
        .executeBlocking(() -> ServiceClientFile.readAll(settings.clientsDir()))
        .chain(files -> transactions.in(session -> bringInLine(session, files)));
  }

  private Uni<Void> bringInLine(Mutiny.StatelessSession session, List<ServiceClientFile> files) {
    return Lock.on(session, "service-clients")
        .chain(() ->
            session
                .createQuery("from PrincipalEntity where kind = :kind", PrincipalEntity.class)
                .setParameter("kind", PrincipalKind.ServiceClient)
                .getResultList())
        .chain(known -> apply(session, files, known));
  }

  private Uni<Void> apply(
      Mutiny.StatelessSession session, List<ServiceClientFile> files, List<PrincipalEntity> known) {
    Map<String, PrincipalEntity> byClientId = new HashMap<>();
    known.forEach(row -> byClientId.put(row.clientId, row));
    Uni<Void> work = Uni.createFrom().voidItem();
    for (ServiceClientFile file : files) {
      PrincipalEntity row = byClientId.remove(file.clientId());
      work = work.chain(() -> row == null ? create(session, file) : update(session, row, file));
    }
    for (PrincipalEntity orphan : byClientId.values()) {
      work = work.chain(() -> close(session, orphan));
    }
    return work;
  }

  private Uni<Void> create(Mutiny.StatelessSession session, ServiceClientFile file) {
    PrincipalEntity row = new PrincipalEntity();
    row.id = UUID.randomUUID();
    row.clientId = file.clientId();
    row.displayName = file.clientId();
    row.kind = PrincipalKind.ServiceClient;
    row.secretHash = file.secretHash();
    row.createdAt = clock.instant();
    LOG.infof("action=register-client client=%s principal=%s", row.clientId, row.id);
    Uni<Void> inserted = session.insert(row);
    return file.clientId().equals(ADMINISTRATOR)
        ? inserted.chain(() -> makeOwner(session, row.id))
        : inserted;
  }

  private Uni<Void> makeOwner(Mutiny.StatelessSession session, UUID principalId) {
    Scope subscription =
        Scope.parse("/subscriptions/" + settings.subscriptionId())
            .orElseThrow(() -> new IllegalStateException("slipway.subscription-id is not a GUID"));
    return assignRole
        .ensure(session, principalId, roles.byName("Owner").orElseThrow(), subscription)
        .replaceWithVoid();
  }

  private static Uni<Void> update(
      Mutiny.StatelessSession session, PrincipalEntity row, ServiceClientFile file) {
    if (Arrays.equals(row.secretHash, file.secretHash())) {
      return Uni.createFrom().voidItem();
    }
    LOG.infof("action=replace-client-secret client=%s", row.clientId);
    row.secretHash = file.secretHash();
    return session.update(row);
  }

  private static Uni<Void> close(Mutiny.StatelessSession session, PrincipalEntity row) {
    if (row.secretHash == null) {
      return Uni.createFrom().voidItem();
    }
    LOG.infof("action=close-client client=%s reason=no-secret-file", row.clientId);
    row.secretHash = null;
    return session.update(row);
  }
}
