package io.slipway.identity.role;

import io.slipway.identity.memory.ConfirmedVersion;
import io.slipway.identity.store.OwnContext;
import io.slipway.identity.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Which state of principals, roles and protected resources decisions are made of. The database
 * raises it in each transaction that changes one of them, so whoever is told the same version again
 * knows that nothing has changed since.
 */
@ApplicationScoped
public class AccessVersion {
  private static final Duration LONGEST_READ = Duration.ofSeconds(2);

  private final Transactions transactions;
  private final BuiltInRoles roles;
  private final ConfirmedVersion confirmed;

  AccessVersion(Transactions transactions, BuiltInRoles roles) {
    this.transactions = transactions;
    this.roles = roles;
    this.confirmed = new ConfirmedVersion(this::inTime, System::nanoTime);
  }

  /** The version now. */
  public Uni<String> now() {
    return transactions.in(this::read);
  }

  /** The transaction goes on when nobody waits for it any longer: cut off, it keeps its session. */
  private CompletionStage<String> inTime() {
    return now()
        .subscribeAsCompletionStage()
        .copy()
        .orTimeout(LONGEST_READ.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * The version now or a moment ago, which many who ask at once share; see {@link
   * ConfirmedVersion}.
   */
  public Uni<String> confirmed() {
    return OwnContext.uni(confirmed::now);
  }

  private Uni<String> read(Mutiny.StatelessSession session) {
    return session
        .createNativeQuery("select version from access_version", Long.class)
        .getSingleResult()
        .map(number -> number + "." + roles.digest());
  }
}
