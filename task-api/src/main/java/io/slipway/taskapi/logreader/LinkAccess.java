package io.slipway.taskapi.logreader;

import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.log.LogLinks;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens logs to who shows a link, as long as the principal that it was made for may read them.
 * While nobody can be asked, who was allowed to read goes on.
 */
@ApplicationScoped
class LinkAccess {
  private final LogLinks links;
  private final RegistryRepository registries;
  private final Access access;

  LinkAccess(LogLinks links, RegistryRepository registries, Access access) {
    this.links = links;
    this.registries = registries;
    this.access = access;
  }

  /** The run whose log the link opens now; else empty. */
  Uni<Optional<UUID>> opened(LogLinks.Named link) {
    Optional<UUID> run = links.opened(link);
    return run.isEmpty()
        ? Uni.createFrom().item(run)
        : registries
            .findByName(link.registry())
            .chain(registry ->
                registry.isEmpty()
                    ? Uni.createFrom().item(false)
                    : access
                        .may(
                            Objects.requireNonNull(link.reader()),
                            LogStreamAccess.ACTION,
                            registry.get().id() + "/runs/" + link.runId())
                        .onFailure()
                        .recoverWithItem(true))
            .map(may -> may ? run : Optional.empty());
  }
}
