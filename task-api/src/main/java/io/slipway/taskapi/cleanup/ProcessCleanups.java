package io.slipway.taskapi.cleanup;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.cleanup.Cleanups.Pending;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sweep;
import io.slipway.taskapi.store.Transactions;
import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/**
 * Tells the other services what is gone, at least once, until each has been told. A cleanup is
 * claimed in one transaction, told in none, and deleted in another, many at a time: a service that
 * hangs holds neither a lock nor the cleanups of the others. One that is refused again and again is
 * set aside with the reason.
 */
@ApplicationScoped
public class ProcessCleanups {
  private static final int BATCH = 100;
  private static final int AT_ONCE = 8;
  private static final int MOST_REFUSALS = 10;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** How long a PUT waits for a cleanup of the same resource that somebody else works on. */
  private static final int WAITS = 60;

  private static final Duration WAIT = Duration.ofMillis(200);

  private final Transactions transactions;
  private final Cleanups cleanups;
  private final TellService service;
  private final MeterRegistry meters;
  private final InstantSource clock;

  ProcessCleanups(
      Transactions transactions,
      Cleanups cleanups,
      TellService service,
      MeterRegistry meters,
      InstantSource clock) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.service = service;
    this.meters = meters;
    this.clock = clock;
  }

  /** How one ended. */
  private record Told(Pending pending, boolean done) {}

  @Scheduled(
      every = "${slipway.cleanup.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tellBroker() {
    return processDue(Cleanup.Target.BROKER);
  }

  @Scheduled(
      every = "${slipway.cleanup.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tellIdentityService() {
    return processDue(Cleanup.Target.IDENTITY);
  }

  @Scheduled(
      every = "${slipway.cleanup.every:5s}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> tellRegistry() {
    return processDue(Cleanup.Target.REGISTRY);
  }

  /** Begins now what the timer would begin soon. */
  public void soon() {
    processDue()
        .subscribe()
        .with(done -> {}, failure -> Log.warnf("Cleanups are left for later: %s", failure));
  }

  /** Tells all services what is due. */
  public Uni<Void> processDue() {
    return InTurn.each(List.of(Cleanup.Target.values()), this::processDue);
  }

  /** Tells one service what is due, until nothing is; a failure postpones a cleanup. */
  Uni<Void> processDue(Cleanup.Target target) {
    return Sweep.of("The cleanup at " + target, round(target));
  }

  private Uni<Void> round(Cleanup.Target target) {
    return InTurn.whilst(() ->
        transactions
            .in(connection -> cleanups.claimDue(connection, target, BATCH))
            .chain(claimed ->
                claimed.isEmpty()
                    ? Uni.createFrom().item(false)
                    : together(claimed).replaceWith(true)));
  }

  private Uni<Void> together(List<Pending> claimed) {
    return Multi.createFrom()
        .iterable(claimed)
        .onItem()
        .transformToUni(this::one)
        .merge(AT_ONCE)
        .filter(Told::done)
        .map(Told::pending)
        .collect()
        .asList()
        .chain(done -> transactions.in(connection -> cleanups.delete(connection, done)));
  }

  private Uni<Told> one(Pending pending) {
    return Uni.createFrom()
        .deferred(() -> service.tell(pending))
        .chain(told ->
            told
                ? Uni.createFrom().item(new Told(pending, true))
                : postponed(pending, false, clock.instant().plus(LONGEST_PAUSE)))
        .onFailure()
        .recoverWithUni(failure -> failed(pending, failure));
  }

  private Uni<Told> failed(Pending pending, Throwable failure) {
    Log.warnf("%s of %s: %s", pending.action(), pending.target(), failure);
    boolean refused = !Outage.is(failure);
    if (!refused || pending.refused() + 1 < MOST_REFUSALS) {
      return postponed(pending, refused, due(pending.attempts()));
    }
    meters
        .counter(
            "slipway.cleanups.set.aside",
            "action",
            pending.action().name().toLowerCase(Locale.ROOT))
        .increment();
    return transactions
        .in(connection -> cleanups.setAside(connection, pending, failure.toString()))
        .replaceWith(new Told(pending, false));
  }

  private Uni<Told> postponed(Pending pending, boolean refused, Instant due) {
    return transactions
        .in(connection -> cleanups.postpone(connection, pending, refused, due))
        .replaceWith(new Told(pending, false));
  }

  /**
   * Finishes what is left of a resource and of what was below it, so that the cleanup of a deleted
   * resource cannot hit a new one of the same name. To be called when the place of the new one is
   * taken and nothing of it has been made: a cleanup that is added later is the new one's own.
   *
   * @return done when nothing is left; fails with {@link Upstream} if a service cannot be told
   */
  public Uni<Void> settle(String resourceId) {
    return settle(resourceId, "", WAITS);
  }

  /** The same for a registry, and for one of its name that was in another group. */
  public Uni<Void> settleRegistry(String resourceId, String name) {
    return settle(resourceId, name.toLowerCase(Locale.ROOT), WAITS);
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

  private Uni<Void> settle(String resourceId, String registry, int waits) {
    return transactions
        .in(connection -> cleanups.claimOf(connection, resourceId, registry))
        .chain(claimed ->
            Multi.createFrom()
                .iterable(claimed)
                .onItem()
                .transformToUni(this::strictly)
                .collectFailures()
                .merge(AT_ONCE)
                .collect()
                .last()
                .onFailure(CompositeException.class)
                .transform(several -> ((CompositeException) several).getCauses().getFirst()))
        .chain(() ->
            transactions.reading(
                connection -> cleanups.isClaimed(connection, resourceId, registry)))
        .chain(claimed -> {
          if (!claimed) {
            return Uni.createFrom().voidItem();
          }
          if (waits == 0) {
            return Uni.createFrom()
                .failure(Upstream.unavailable("the cleanup of " + resourceId, "it takes long"));
          }
          return Uni.createFrom()
              .voidItem()
              .onItem()
              .delayIt()
              .by(WAIT)
              .chain(() -> settle(resourceId, registry, waits - 1));
        });
  }

  private Uni<Void> strictly(Pending pending) {
    return Uni.createFrom()
        .deferred(() -> service.tell(pending))
        .call(told ->
            told
                ? transactions.in(connection -> cleanups.delete(connection, List.of(pending)))
                : postponed(pending, false, clock.instant().plus(LONGEST_PAUSE)))
        .onFailure()
        .call(failure -> postponed(pending, !Outage.is(failure), due(pending.attempts())))
        .replaceWithVoid();
  }

  private Instant due(int attempts) {
    Duration pause = Duration.ofSeconds(5L << Math.min(attempts, 6));
    return clock.instant().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
  }
}
