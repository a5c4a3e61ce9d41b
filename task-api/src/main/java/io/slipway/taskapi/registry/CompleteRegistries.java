package io.slipway.taskapi.registry;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.leader.Leader;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Outage;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Finishes registries whose creation was interrupted, because a service was away or this one died.
 * Clients follow the provisioningState meanwhile; a creation that is refused again and again ends
 * as {@code Failed}, and a PUT begins it anew. One registry's failure leaves the others alone.
 */
@ApplicationScoped
public class CompleteRegistries {
  /** Failures that are no outage; with the usual period it takes half a minute. */
  static final int MOST_FAILURES = 5;

  private final Leader leader;
  private final RegistryRepository registries;
  private final CompleteRegistry completeRegistry;

  CompleteRegistries(
      Leader leader, RegistryRepository registries, CompleteRegistry completeRegistry) {
    this.leader = leader;
    this.registries = registries;
    this.completeRegistry = completeRegistry;
  }

  /** One sweep. */
  @Scheduled(
      every = "${slipway.registry.complete-every:5s}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    // Of two instances each failure would count twice.
    return leader.leads()
        ? Sweep.of(
            "The completion of registries",
            registries.creating().chain(creating -> InTurn.each(creating, this::one)))
        : Uni.createFrom().voidItem();
  }

  private Uni<Void> one(Registry registry) {
    return Uni.createFrom()
        .deferred(() -> completeRegistry.complete(registry))
        .onFailure()
        .recoverWithUni(failure -> {
          Log.warnf("Registry %s is not complete yet: %s", registry.name(), failure);
          return Outage.is(failure)
              ? Uni.createFrom().voidItem()
              : completeRegistry.failed(registry, MOST_FAILURES);
        });
  }
}
