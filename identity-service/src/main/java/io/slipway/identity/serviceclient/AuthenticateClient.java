package io.slipway.identity.serviceclient;

import io.slipway.identity.principal.PrincipalEntity;
import io.slipway.identity.principal.PrincipalKind;
import io.slipway.identity.principal.PrincipalRepository;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Checks a client id and secret. */
@ApplicationScoped
public class AuthenticateClient {
  private final Transactions transactions;
  private final PrincipalRepository principals;

  AuthenticateClient(Transactions transactions, PrincipalRepository principals) {
    this.transactions = transactions;
    this.principals = principals;
  }

  /**
   * The service client of this id and secret; empty for an unknown id as for a wrong secret, after
   * the same work.
   */
  public Uni<Optional<PrincipalEntity>> check(String clientId, String secret) {
    return transactions
        .in(session -> principals.byClientId(session, clientId))
        .map(found -> checked(found, secret));
  }

  private static Optional<PrincipalEntity> checked(Optional<PrincipalEntity> found, String secret) {
    byte[] kept =
        found
            .filter(row -> row.kind == PrincipalKind.ServiceClient)
            .map(row -> row.secretHash)
            .orElse(null);
    return SecretHash.matches(secret, kept) ? found : Optional.empty();
  }
}
