package io.slipway.taskapi.cleanup;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What another service is to be told when something is gone.
 *
 * @param resourceId ARM id of what is gone
 * @param action what to tell, and whom
 * @param target what it is about, see {@link Action}
 * @param owner uid of what is gone, where the target may be somebody else's by now; else null
 */
public record Cleanup(String resourceId, Action action, String target, @Nullable UUID owner) {
  /** The service that is told. */
  enum Target {
    BROKER,
    IDENTITY,
    REGISTRY;

    List<Action> actions() {
      return List.of(Action.values()).stream().filter(action -> action.told() == this).toList();
    }
  }

  /** The names are values in the ledger. */
  enum Action {
    /** credential-broker: all bindings and secrets of an owner; target: its uid. */
    FORGET_OWNER,
    /** The same for one run, as soon as it is over or was never accepted. */
    FORGET_RUN,
    /** identity-service: rights at and below a resource, and its identities; target: its ARM id. */
    FORGET_RESOURCE,
    /** identity-service: the system identity of a resource; target: its ARM id. */
    FORGET_SYSTEM_IDENTITY,
    /** identity-service: a registry service; target: its login server. */
    FORGET_AUDIENCE,
    /** registry: the login server and its content; target: name of the registry. */
    CLOSE_REGISTRY;

    Target told() {
      return switch (this) {
        case FORGET_OWNER, FORGET_RUN -> Target.BROKER;
        case FORGET_RESOURCE, FORGET_SYSTEM_IDENTITY, FORGET_AUDIENCE -> Target.IDENTITY;
        case CLOSE_REGISTRY -> Target.REGISTRY;
      };
    }
  }

  /** What credential-broker keeps for a registry, a task or a run of that resource. */
  public static Cleanup owner(String resourceId, UUID owner) {
    return new Cleanup(resourceId, Action.FORGET_OWNER, owner.toString(), owner);
  }

  /** What credential-broker keeps for a run that is over. */
  public static Cleanup endedRun(UUID run) {
    return owner("/runs/" + run, run);
  }

  /** What credential-broker keeps for a run that may never be accepted; due when it would be. */
  public static Cleanup run(UUID run) {
    return new Cleanup("/runs/" + run, Action.FORGET_RUN, run.toString(), run);
  }

  /** Rights at a resource and below it, and its identities. */
  public static Cleanup resource(String resourceId) {
    return new Cleanup(resourceId, Action.FORGET_RESOURCE, resourceId, null);
  }

  /** The same of a registry, unless there is another one with this ARM id by then. */
  public static Cleanup registry(String resourceId, UUID registry) {
    return new Cleanup(resourceId, Action.FORGET_RESOURCE, resourceId, registry);
  }

  /** The system identity of a resource that goes on without one. */
  public static Cleanup systemIdentity(String resourceId) {
    return new Cleanup(resourceId, Action.FORGET_SYSTEM_IDENTITY, resourceId, null);
  }

  /** The audience of the tokens for a registry, unless it is another registry's by then. */
  public static Cleanup audience(String resourceId, String loginServer, UUID registry) {
    return new Cleanup(resourceId, Action.FORGET_AUDIENCE, loginServer, registry);
  }

  /** The login server of a registry and all that it holds. */
  public static Cleanup loginServer(String resourceId, String registry, UUID uid) {
    return new Cleanup(resourceId, Action.CLOSE_REGISTRY, registry, uid);
  }

  /** What credential-broker keeps for a task or a registry that is gone. */
  public static Cleanup goneOwner(UUID owner) {
    return owner("/owners/" + owner, owner);
  }
}
