package io.slipway.taskapi.registry;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.access.Caller;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The registries that the caller may read. */
@ApplicationScoped
class ReadableRegistries {
  private static final String READ = "Microsoft.ContainerRegistry/registries/read";

  private final RegistryRepository registries;
  private final Access access;
  private final Caller caller;

  ReadableRegistries(RegistryRepository registries, Access access, Caller caller) {
    this.registries = registries;
    this.access = access;
    this.caller = caller;
  }

  /** All of them, or those of a group. */
  Uni<List<Registry>> list(@Nullable String group) {
    String principalId = caller.principalId();
    return registries
        .list(group)
        .chain(found -> access.allowed(principalId, READ, found, Registry::id));
  }
}
