package io.slipway.identity.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.slipway.identity.access.Scope;
import io.slipway.identity.principal.ManagedIdentityRepository;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.registry.ProtectedResourceRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import org.hibernate.reactive.mutiny.Mutiny;
import org.junit.jupiter.api.Test;

/** What lies below a scope is found by an index, however many scopes there are. */
@QuarkusTest
class ScopesBelowIT {
  private static final Scope SCOPE =
      Scope.parse("/subscriptions/none/resourceGroups/below").orElseThrow();

  @Inject Transactions transactions;
  @Inject RoleAssignmentRepository assignments;
  @Inject ManagedIdentityRepository identities;
  @Inject ProtectedResourceRepository resources;
  @Inject PrincipalRepository principals;

  @Test
  void shouldReadNoTableToItsEnd() throws Throwable {
    int readWhole = VertxContextSupport.subscribeAndAwait(() -> transactions.in(this::wholeTables));

    assertThat(readWhole).isZero();
  }

  /**
   * PostgreSQL reads small tables whole anyway, unless it is told not to where it can. It counts
   * what this connection has read lately, for other tests too.
   */
  private Uni<Integer> wholeTables(Mutiny.StatelessSession session) {
    return set(session, "enable_seqscan = off")
        // Not by a plan that another test's use of the connection left.
        .chain(() -> set(session, "plan_cache_mode = force_custom_plan"))
        .chain(() -> readWhole(session))
        .chain(before -> ask(session).chain(() -> readWhole(session)).map(after -> after - before));
  }

  private Uni<Void> ask(Mutiny.StatelessSession session) {
    return assignments
        .around(session, SCOPE, true)
        .chain(() -> assignments.deleteAtOrBelow(session, SCOPE))
        .chain(() -> identities.userAssignedBelow(session, SCOPE))
        .chain(() -> identities.atOrBelow(session, SCOPE))
        .chain(() -> resources.deleteAtOrBelow(session, SCOPE))
        .chain(() -> principals.byDisplayName(session, "nobody"))
        .replaceWithVoid();
  }

  private static Uni<Integer> set(Mutiny.StatelessSession session, String setting) {
    return session.createNativeQuery("set local " + setting).executeUpdate();
  }

  private static Uni<Integer> readWhole(Mutiny.StatelessSession session) {
    return session
        .createNativeQuery(
            "select coalesce(sum(seq_scan), 0)::int from pg_stat_xact_user_tables"
                + " where relname in ('role_assignment', 'managed_identity',"
                + " 'protected_resource', 'principal')",
            Integer.class)
        .getSingleResult();
  }
}
