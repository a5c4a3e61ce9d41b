package io.slipway.taskapi.registry;

import io.quarkus.logging.Log;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.run.course.RunId;
import io.slipway.taskapi.store.EntityTransactions;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/**
 * Makes a registry, or brings one to what is asked. Its row comes first and says {@code Creating};
 * the rest is {@link CompleteRegistry}'s. What was interrupted is finished by {@link
 * CompleteRegistries}, or by a repeated PUT.
 */
@ApplicationScoped
public class CreateRegistry {
  private final EntityTransactions transactions;
  private final RegistryRepository registries;
  private final ResourceGroupRepository groups;
  private final ProcessCleanups cleanups;
  private final CompleteRegistry completeRegistry;
  private final JsonText json;
  private final InstantSource clock;

  CreateRegistry(
      EntityTransactions transactions,
      RegistryRepository registries,
      ResourceGroupRepository groups,
      ProcessCleanups cleanups,
      CompleteRegistry completeRegistry,
      JsonText json,
      InstantSource clock) {
    this.transactions = transactions;
    this.registries = registries;
    this.groups = groups;
    this.cleanups = cleanups;
    this.completeRegistry = completeRegistry;
    this.json = json;
    this.clock = clock;
  }

  /**
   * What was asked for.
   *
   * @param id ARM id as the caller wrote it
   * @param armTokens whether its log-in takes tokens of the ARM audience; null if it is not said,
   *     which changes nothing
   */
  public record Wanted(
      String id,
      String group,
      String name,
      String location,
      String sku,
      @Nullable Boolean armTokens,
      Map<String, String> tags) {}

  /** A registry after the PUT, and whether it is new. */
  public record Saved(Registry registry, boolean created) {}

  /** Makes or changes the registry. */
  public Uni<Saved> create(Wanted wanted) {
    return groups
        .get(wanted.group())
        .chain(() -> cleanups.settleRegistry(wanted.id(), wanted.name()))
        .chain(() -> reserve(wanted))
        .chain(saved ->
            completeNowOrLater(saved.registry())
                .chain(() -> registries.get(wanted.group(), wanted.name()))
                .map(registry -> new Saved(registry, saved.created())));
  }

  /** Changes what is only description, and how clients may log in. */
  public Uni<Void> describe(
      Registry registry, Registry.Settings settings, Map<String, String> tags) {
    Uni<Void> saved =
        transactions.in(session ->
            RegistryRepository.update(
                session,
                registry.uid(),
                entity -> {
                  entity.sku = settings.sku();
                  entity.armTokens = settings.armTokens();
                  entity.tags = json.write(tags);
                }));
    if (settings.armTokens() == registry.settings().armTokens() || !registry.isComplete()) {
      return saved;
    }
    // What is shown as disabled is, even if this dies in between.
    Uni<Void> told = completeRegistry.protect(registry, settings.armTokens());
    return settings.armTokens() ? saved.chain(() -> told) : told.chain(() -> saved);
  }

  /** While a service is away, a registry that is not complete stays so until it is back. */
  private Uni<Void> completeNowOrLater(Registry registry) {
    Uni<Void> complete = completeRegistry.complete(registry);
    return registry.isComplete()
        ? complete
        : complete
            .onFailure(failure -> failure instanceof Upstream upstream && upstream.isUnavailable())
            .recoverWithUni(failure -> {
              Log.warnf("Registry %s waits: %s", registry.name(), failure.getMessage());
              return Uni.createFrom().voidItem();
            });
  }

  /** A PUT that loses the race for the name against another finds the other's row at once. */
  private Uni<Saved> reserve(Wanted wanted) {
    return transactions
        .in(session -> reserve(session, wanted))
        .onFailure(EntityTransactions::isTaken)
        .retry()
        .atMost(1)
        .onFailure(EntityTransactions::isOfNothing)
        .transform(gone ->
            ArmException.conflict(
                "Resource group '" + wanted.group() + "' was deleted at the same time."));
  }

  private Uni<Saved> reserve(Mutiny.StatelessSession session, Wanted wanted) {
    return registries
        .findByName(session, wanted.name())
        .chain(found ->
            found.isPresent()
                ? described(session, sameGroup(found.get(), wanted), wanted)
                : inserted(session, wanted));
  }

  private Uni<Saved> described(Mutiny.StatelessSession session, Registry registry, Wanted wanted) {
    return RegistryRepository.update(
            session,
            registry.uid(),
            entity -> {
              entity.sku = wanted.sku();
              entity.tags = json.write(wanted.tags());
              if (wanted.armTokens() != null) {
                entity.armTokens = wanted.armTokens();
              }
              if (entity.state.equals("Failed")) {
                entity.state = "Creating";
                entity.completionFailures = 0;
              }
            })
        .chain(() -> registries.findByName(session, wanted.name()))
        .map(changed -> new Saved(changed.orElse(registry), false));
  }

  private Uni<Saved> inserted(Mutiny.StatelessSession session, Wanted wanted) {
    return session
        .insert(row(wanted))
        .chain(() -> registries.findByName(session, wanted.name()))
        .map(found -> new Saved(found.orElseThrow(), true));
  }

  private static Registry sameGroup(Registry found, Wanted wanted) {
    if (!found.group().equalsIgnoreCase(wanted.group())) {
      throw ArmException.of(
          409,
          "AlreadyInUse",
          "The registry name '" + wanted.name() + "' is already in use; choose another one.");
    }
    return found;
  }

  private RegistryEntity row(Wanted wanted) {
    Instant now = clock.instant();
    RegistryEntity entity = new RegistryEntity();
    entity.uid = TimeOrderedId.at(now);
    entity.name = wanted.name();
    entity.nameKey = ResourceId.key(wanted.name());
    entity.groupKey = ResourceId.key(wanted.group());
    entity.location = wanted.location();
    entity.sku = wanted.sku();
    entity.armTokens = !Boolean.FALSE.equals(wanted.armTokens());
    entity.tags = json.write(wanted.tags());
    entity.state = "Creating";
    entity.runPrefix = RunId.prefix(wanted.name());
    entity.createdAt = now;
    return entity;
  }
}
