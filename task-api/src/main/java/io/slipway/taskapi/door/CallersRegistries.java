package io.slipway.taskapi.door;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.slipway.taskapi.arm.ResourceId;
import io.slipway.taskapi.definition.RunRequest;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import io.slipway.taskapi.registry.Registry;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.PathParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registries that the caller of a request may do something with. */
@ApplicationScoped
class CallersRegistries {
  private static final String ACTION = "Microsoft.ContainerRegistry/registries/";

  private final RegistryRepository registries;
  private final Access access;
  private final Caller caller;

  CallersRegistries(RegistryRepository registries, Access access, Caller caller) {
    this.registries = registries;
    this.access = access;
    this.caller = caller;
  }

  /** Path of a registry, or of something below it. */
  public static final class RegistryPath {
    @PathParam("sub")
    String subscription = "";

    @PathParam("group")
    String group = "";

    @PathParam("registry")
    String registry = "";

    /** ARM id of the registry, in the spelling of the path. */
    String id() {
      return ResourceId.registry(subscription, group, registry);
    }
  }

  /**
   * The registry of a path; fails with 403 unless the caller may do this, then with 404 if there is
   * no such registry.
   *
   * @param action without its beginning, for example {@code importImage/action}
   */
  Uni<Registry> open(RegistryPath at, String action) {
    return open(at, action, "");
  }

  /**
   * The registry of a path, for something below it.
   *
   * @param below the rest of the path, for example {@code /tasks/hello}
   */
  Uni<Registry> open(RegistryPath at, String action, String below) {
    String principalId = caller.principalId();
    // What the registry's scope allows is remembered for all that is below it.
    return access
        .may(principalId, ACTION + action, at.id())
        .chain(may ->
            may
                ? Uni.createFrom().voidItem()
                : access.require(principalId, List.of(check(at, action, below))))
        .chain(() -> registries.get(at.group, at.registry));
  }

  /** The registry of a path, for a caller who needs several rights. */
  Uni<Registry> open(RegistryPath at, List<Check> checks) {
    return require(checks).chain(() -> registries.get(at.group, at.registry));
  }

  /** Fails with 403 unless the caller may do this. */
  Uni<Void> require(RegistryPath at, String action, String below) {
    return require(List.of(check(at, action, below)));
  }

  /** Fails with 403 unless the caller may have the secrets of a task used as asked for. */
  Uni<Void> requireFor(RegistryPath at, RunRequest request) {
    return require(checks(at, request));
  }

  /** What a request takes besides the right to run tasks. */
  static List<Check> checks(RegistryPath at, RunRequest request) {
    return request instanceof RunRequest.OfTask ofTask && ofTask.bringsItsOwnFiles()
        ? List.of(check(at, "tasks/write", "/tasks/" + ofTask.task()))
        : List.of();
  }

  /** Fails with 403 unless the caller may do all of this. */
  Uni<Void> require(List<Check> checks) {
    return access.require(caller.principalId(), checks);
  }

  /** The question whether the caller may do this. */
  static Check check(RegistryPath at, String action, String below) {
    return new Check(ACTION + action, at.id() + below);
  }

  /** Whether the caller may read a resource group. */
  Uni<Boolean> mayReadGroup(String subscription, String group) {
    return access.may(
        caller.principalId(),
        "Microsoft.Resources/subscriptions/resourceGroups/read",
        ResourceId.group(subscription, group));
  }

  /** Principal id of the caller. */
  String principalId() {
    return caller.principalId();
  }

  /** All registries that the caller may read, or those of a group. */
  Uni<List<Registry>> readable(@Nullable String group) {
    String principalId = caller.principalId();
    return registries
        .list(group)
        .chain(found -> access.allowed(principalId, ACTION + "read", found, Registry::id));
  }
}
