package io.slipway.taskapi.registry;

import io.quarkus.logging.Log;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.group.ResourceGroupRepository;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.RegistryServiceClient;
import io.slipway.taskapi.registry.Registry.OwnIdentity;
import io.slipway.taskapi.run.course.RunId;
import io.slipway.taskapi.store.EntityTransactions;
import io.slipway.taskapi.store.JsonText;
import io.slipway.taskapi.store.TimeOrderedId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Makes a registry, or brings one to what is asked. Its row comes first and says {@code Creating};
 * then a login server is opened, identity-service learns of it, the registry gets an identity of
 * its own that may push to it, and the broker learns how its runs log in to it. Each call may be
 * repeated: what was interrupted is finished by {@link CompleteRegistries}, or by a repeated PUT.
 */
@ApplicationScoped
public class CreateRegistry {
  private final EntityTransactions transactions;
  private final RegistryRepository registries;
  private final ResourceGroupRepository groups;
  private final ProcessCleanups cleanups;
  private final RegistryServiceClient registryService;
  private final IdentityClient identity;
  private final BrokerClient broker;
  private final JsonText json;
  private final InstantSource clock;

  CreateRegistry(
      EntityTransactions transactions,
      RegistryRepository registries,
      ResourceGroupRepository groups,
      ProcessCleanups cleanups,
      RegistryServiceClient registryService,
      IdentityClient identity,
      BrokerClient broker,
      JsonText json,
      InstantSource clock) {
    this.transactions = transactions;
    this.registries = registries;
    this.groups = groups;
    this.cleanups = cleanups;
    this.registryService = registryService;
    this.identity = identity;
    this.broker = broker;
    this.json = json;
    this.clock = clock;
  }

  /**
   * What was asked for.
   *
   * @param id ARM id as the caller wrote it
   */
  public record Wanted(
      String id,
      String group,
      String name,
      String location,
      String sku,
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

  /** Changes what is only description. */
  public Uni<Void> describe(Registry registry, String sku, Map<String, String> tags) {
    return transactions.in(session -> describe(session, registry, sku, tags));
  }

  private Uni<Void> describe(
      Mutiny.StatelessSession session, Registry registry, String sku, Map<String, String> tags) {
    return RegistryRepository.update(
        session,
        registry.uid(),
        entity -> {
          entity.sku = sku;
          entity.tags = json.write(tags);
        });
  }

  /** While a service is away, a registry that is not complete stays so until it is back. */
  private Uni<Void> completeNowOrLater(Registry registry) {
    Uni<Void> complete = complete(registry);
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
              if (entity.state.equals("Failed")) {
                entity.state = "Creating";
                entity.completionFailures = 0;
              }
            })
        .replaceWith(new Saved(registry, false));
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
    entity.tags = json.write(wanted.tags());
    entity.state = "Creating";
    entity.runPrefix = RunId.prefix(wanted.name());
    entity.createdAt = now;
    return entity;
  }

  /**
   * Does what is still to be done, as often as it is called. First goes what is left of a registry
   * of that name, which may have been deleted a moment before this one got its row: its content
   * must not become the new one's, nor its cleanup hit the new one.
   */
  Uni<Void> complete(Registry registry) {
    return cleanups
        .settleRegistry(registry.id(), registry.name())
        .chain(() -> registryService.open(registry.name()))
        .chain(loginServer ->
            identity
                .protect(loginServer, registry.id())
                .chain(() -> ownIdentity(registry))
                .call(own -> broker.putBindings(registry.uid(), binding(loginServer, own)))
                .chain(own -> save(registry, loginServer, own)));
  }

  /** Counts a failure that was no outage; with {@code most} of them the creation has failed. */
  Uni<Void> failed(Registry registry, int most) {
    return transactions
        .in(session ->
            RegistryRepository.update(
                session,
                registry.uid(),
                entity -> {
                  entity.completionFailures++;
                  if (entity.completionFailures >= most && entity.state.equals("Creating")) {
                    entity.state = "Failed";
                  }
                }))
        .onFailure(ArmException.class)
        .recoverWithNull(); // deleted meanwhile
  }

  private Uni<OwnIdentity> ownIdentity(Registry registry) {
    return identity
        .ensureSystemIdentity(registry.id(), registry.name())
        .call(made -> identity.ensureRole(made.principalId(), "AcrPush", registry.id()))
        .map(made -> new OwnIdentity(made.principalId(), made.clientId()));
  }

  private static JsonObject binding(String loginServer, OwnIdentity own) {
    return new JsonObject()
        .put(
            loginServer,
            new JsonObject()
                .put(
                    "identity",
                    new JsonObject()
                        .put("principalId", own.principalId())
                        .put("clientId", own.clientId()))
                .put("actions", new JsonArray().add("pull").add("push")));
  }

  private Uni<Void> save(Registry registry, String loginServer, OwnIdentity own) {
    return transactions.in(session ->
        RegistryRepository.update(
            session,
            registry.uid(),
            entity -> {
              entity.state = "Succeeded";
              entity.loginServer = loginServer;
              entity.principalId = own.principalId();
              entity.clientId = own.clientId();
            }));
  }
}
