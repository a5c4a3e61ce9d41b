package io.slipway.taskapi.cleanup;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.RegistryServiceClient;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * Tells the other services what is gone, at least once, until each has been told. All of these
 * calls may be repeated. Here alone a transaction is open while another service is asked: the lock
 * on the row keeps a second instance, and a PUT that {@link #settle settles}, from telling the same
 * thing at the same time and so from deleting what has been made anew.
 */
@ApplicationScoped
public class ProcessCleanups {
  private static final int BATCH = 20;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Transactions transactions;
  private final Cleanups cleanups;
  private final IdentityClient identity;
  private final BrokerClient broker;
  private final RegistryServiceClient registries;
  private final InstantSource clock;

  ProcessCleanups(
      Transactions transactions,
      Cleanups cleanups,
      IdentityClient identity,
      BrokerClient broker,
      RegistryServiceClient registries,
      InstantSource clock) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.identity = identity;
    this.broker = broker;
    this.registries = registries;
    this.clock = clock;
  }

  /** Works on what is due; a failure postpones it. */
  @Scheduled(
      every = "${slipway.cleanup.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> processDue() {
    return Sweep.of("The cleanup", dueNow());
  }

  private Uni<Void> dueNow() {
    return transactions.in(connection ->
        cleanups
            .lockDue(connection, clock.instant(), BATCH)
            .chain(pending -> oneByOne(connection, pending, false)));
  }

  /**
   * Finishes what is left of a resource and of what was below it, so that the cleanup of a deleted
   * resource cannot hit a new one of the same name.
   *
   * @return done when nothing is left; fails with {@link Upstream} if a service cannot be told
   */
  public Uni<Void> settle(String resourceId) {
    return transactions.in(connection ->
        cleanups
            .lockOf(connection, resourceId)
            .chain(pending -> oneByOne(connection, pending, true)));
  }

  /** Like {@link #settle}, but what fails is left for later. */
  public Uni<Void> trySettle(String resourceId) {
    return settle(resourceId)
        .onFailure(Upstream.class)
        .recoverWithUni(failure -> {
          Log.warnf("Cleanup of %s is left for later: %s", resourceId, failure.getMessage());
          return Uni.createFrom().voidItem();
        });
  }

  private Uni<Void> oneByOne(
      SqlConnection connection, List<Cleanups.Pending> pending, boolean strict) {
    return InTurn.each(pending, next -> one(connection, next, strict));
  }

  private Uni<Void> one(SqlConnection connection, Cleanups.Pending pending, boolean strict) {
    if (pending.action() == Cleanup.Action.FORGET_RUN) {
      return cleanups
          .isRunning(connection, UUID.fromString(pending.target()))
          .chain(running ->
              running
                  ? cleanups.postpone(connection, pending, clock.instant().plus(LONGEST_PAUSE))
                  : tellAndDelete(connection, pending, strict));
    }
    return tellAndDelete(connection, pending, strict);
  }

  private Uni<Void> tellAndDelete(
      SqlConnection connection, Cleanups.Pending pending, boolean strict) {
    Uni<Void> told = tell(pending).chain(() -> cleanups.delete(connection, pending));
    return strict
        ? told
        : told.onFailure(Upstream.class)
            .recoverWithUni(failure -> {
              Log.warnf("%s of %s: %s", pending.action(), pending.target(), failure);
              return cleanups.postpone(connection, pending, due(pending.attempts()));
            });
  }

  private Uni<Void> tell(Cleanups.Pending pending) {
    String target = pending.target();
    return switch (pending.action()) {
      case FORGET_OWNER, FORGET_RUN -> broker.forget(target);
      case FORGET_RESOURCE -> identity.resourceDeleted(target);
      case FORGET_SYSTEM_IDENTITY -> identity.deleteSystemIdentity(target);
      case FORGET_AUDIENCE -> identity.unprotect(target);
      case CLOSE_REGISTRY -> registries.close(target);
    };
  }

  private Instant due(int attempts) {
    Duration pause = Duration.ofSeconds(5L << Math.min(attempts, 6));
    return clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }
}
