package io.slipway.taskapi.registry;

import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.cleanup.ProcessCleanups;
import io.slipway.taskapi.neighbour.BrokerClient;
import io.slipway.taskapi.neighbour.IdentityClient;
import io.slipway.taskapi.neighbour.RegistryServiceClient;
import io.slipway.taskapi.registry.Registry.OwnIdentity;
import io.slipway.taskapi.store.EntityTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Makes what a registry has elsewhere: a login server is opened, identity-service learns of it, the
 * registry gets an identity of its own that may push to it, and the broker learns how its runs log
 * in to it. Each call may be repeated. Of a registry that is deleted meanwhile nothing stays.
 */
@ApplicationScoped
class CompleteRegistry {
  private final EntityTransactions transactions;
  private final ProcessCleanups cleanups;
  private final RegistryServiceClient registryService;
  private final IdentityClient identity;
  private final BrokerClient broker;
  private final DeleteRegistry deleteRegistry;

  CompleteRegistry(
      EntityTransactions transactions,
      ProcessCleanups cleanups,
      RegistryServiceClient registryService,
      IdentityClient identity,
      BrokerClient broker,
      DeleteRegistry deleteRegistry) {
    this.transactions = transactions;
    this.cleanups = cleanups;
    this.registryService = registryService;
    this.identity = identity;
    this.broker = broker;
    this.deleteRegistry = deleteRegistry;
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
                .protect(loginServer, registry.id(), registry.settings().armTokens())
                .chain(() -> ownIdentity(registry))
                .call(own -> broker.putBindings(registry.uid(), binding(loginServer, own)))
                .chain(own -> save(registry, loginServer, own)))
        .onFailure()
        .call(() -> deleteRegistry.forgetIfGone(registry));
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

  /** Tells identity-service which tokens the log-in of a complete registry takes. */
  Uni<Void> protect(Registry registry, boolean armTokens) {
    return identity.protect(registry.requireLoginServer(), registry.id(), armTokens);
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
