package io.slipway.taskapi.registry;

import io.quarkus.logging.Log;
import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.store.InTurn;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Finishes registries whose creation was interrupted, because a service was away or this one died.
 * Clients follow the provisioningState meanwhile.
 */
@ApplicationScoped
public class CompleteRegistries {
  private final RegistryRepository registries;
  private final CreateRegistry createRegistry;

  CompleteRegistries(RegistryRepository registries, CreateRegistry createRegistry) {
    this.registries = registries;
    this.createRegistry = createRegistry;
  }

  /** One sweep. */
  @Scheduled(
      every = "${slipway.registry.complete-every:5s}",
      delayed = "5s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of(
        "The completion of registries",
        registries.creating().chain(creating -> InTurn.each(creating, this::one)));
  }

  private Uni<Void> one(Registry registry) {
    return createRegistry
        .complete(registry)
        .onFailure(failure -> failure instanceof Upstream || failure instanceof ArmException)
        .recoverWithUni(failure -> {
          Log.warnf("Registry %s is not complete yet: %s", registry.name(), failure.getMessage());
          return Uni.createFrom().voidItem();
        });
  }
}
