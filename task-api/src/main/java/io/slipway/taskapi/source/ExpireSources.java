package io.slipway.taskapi.source;

import io.quarkus.scheduler.Scheduled;
import io.slipway.taskapi.store.Sweep;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Removes sources past their time, and files that the ledger knows nothing of: their registry is
 * gone, or this service died between the two.
 */
@ApplicationScoped
public class ExpireSources {
  private final BuildSources sources;
  private final SourceFiles files;

  ExpireSources(BuildSources sources, SourceFiles files) {
    this.sources = sources;
    this.files = files;
  }

  /** One sweep, as the timer does it. */
  @Scheduled(
      every = "${slipway.source.sweep-every:10m}",
      delayed = "1m",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  public Uni<Void> sweep() {
    return Sweep.of("The sweep of uploaded source", expired());
  }

  private Uni<Void> expired() {
    return sources
        .forgetExpired()
        .chain(() -> blocking(files::ids))
        .chain(ids ->
            sources.existing(ids).chain(known -> blocking(() -> remove(ids.stream(), known))))
        .replaceWithVoid();
  }

  private List<UUID> remove(Stream<UUID> ids, Set<UUID> known) {
    List<UUID> gone = ids.filter(id -> !known.contains(id)).toList();
    gone.forEach(files::remove);
    return gone;
  }

  private static <T> Uni<T> blocking(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }
}
