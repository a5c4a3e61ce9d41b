package io.slipway.taskapi.cleanup;

import io.slipway.taskapi.cleanup.Cleanups.Pending;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.RegistryServiceClient;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** Tells another service that something is gone. Each of these calls may be repeated. */
@ApplicationScoped
class TellService {
  private final Transactions transactions;
  private final Cleanups cleanups;
  private final IdentityClient identity;
  private final BrokerClient broker;
  private final RegistryServiceClient registries;

  TellService(
      Transactions transactions,
      Cleanups cleanups,
      IdentityClient identity,
      BrokerClient broker,
      RegistryServiceClient registries) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.identity = identity;
    this.broker = broker;
    this.registries = registries;
  }

  /**
   * Tells it.
   *
   * @return true, or false if it is too early: the run is not over
   */
  Uni<Boolean> tell(Pending pending) {
    return switch (pending.action()) {
      case FORGET_OWNER -> broker.forget(pending.target()).replaceWith(true);
      case FORGET_RUN -> afterRun(pending);
      case FORGET_RESOURCE -> resource(pending).replaceWith(true);
      case FORGET_SYSTEM_IDENTITY ->
          identity.deleteSystemIdentity(pending.target()).replaceWith(true);
      case FORGET_AUDIENCE -> audience(pending).replaceWith(true);
      case CLOSE_REGISTRY -> loginServer(pending).replaceWith(true);
    };
  }

  private Uni<Boolean> afterRun(Pending pending) {
    UUID run = UUID.fromString(pending.target());
    return transactions
        .reading(connection -> cleanups.isRunning(connection, run))
        .chain(running ->
            running
                ? Uni.createFrom().item(false)
                : broker.forget(pending.target()).replaceWith(true));
  }

  private Uni<Void> resource(Pending pending) {
    return (pending.owner() == null
            ? Uni.createFrom().item(false)
            : transactions.reading(connection -> cleanups.isThereAgain(connection, pending)))
        .chain(there ->
            there ? Uni.createFrom().voidItem() : identity.resourceDeleted(pending.target()));
  }

  /** Login servers are used again: what another registry has by now stays. */
  private Uni<Void> audience(Pending pending) {
    return transactions
        .reading(connection -> cleanups.hasSuccessor(connection, pending))
        .chain(taken ->
            taken
                ? Uni.createFrom().voidItem()
                : identity.unprotect(pending.target(), pending.resourceKey()));
  }

  /** A registry of this name that is complete has the login server by now. */
  private Uni<Void> loginServer(Pending pending) {
    return transactions
        .reading(connection -> cleanups.hasNamesake(connection, pending))
        .chain(taken -> taken ? Uni.createFrom().voidItem() : registries.close(pending.target()));
  }
}
