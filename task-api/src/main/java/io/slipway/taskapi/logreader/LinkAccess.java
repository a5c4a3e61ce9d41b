package io.slipway.taskapi.logreader;

import io.slipway.identity.client.TimeLimit;
import io.slipway.taskapi.access.Access;
import io.slipway.taskapi.http.Upstream;
import io.slipway.taskapi.log.LogLinks;
import io.slipway.taskapi.registry.RegistryRepository;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;

/**
 * Opens logs to who shows a link, as long as the principal that it was made for may read them. No
 * running step needs a link: while identity-service cannot be asked, none opens anything.
 */
@ApplicationScoped
class LinkAccess {
  /** Nobody waits longer to hear that identity-service is silent. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private final LogLinks links;
  private final RegistryRepository registries;
  private final Access access;

  LinkAccess(LogLinks links, RegistryRepository registries, Access access) {
    this.links = links;
    this.registries = registries;
    this.access = access;
  }

  /** The run whose log the link opens now; else empty. Fails if that cannot be said. */
  Uni<Optional<UUID>> opened(LogLinks.Named link) {
    Optional<UUID> run = links.opened(link);
    return run.isEmpty()
        ? Uni.createFrom().item(run)
        : registries
            .findByName(link.registry())
            .chain(registry ->
                registry.isEmpty()
                    ? Uni.createFrom().item(false)
                    : mayRead(link, registry.get().id() + "/runs/" + link.runId()))
            .map(may -> may ? run : Optional.empty());
  }

  private Uni<Boolean> mayRead(LogLinks.Named link, String run) {
    String reader = Objects.requireNonNull(link.reader());
    return TimeLimit.of(LIMIT, () -> access.may(reader, LogStreamAccess.ACTION, run))
        .onFailure(TimeoutException.class)
        .transform(
            late -> Upstream.unavailable("identity-service", String.valueOf(late.getMessage())));
  }
}
