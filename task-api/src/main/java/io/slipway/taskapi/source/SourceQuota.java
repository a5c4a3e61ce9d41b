package io.slipway.taskapi.source;

import io.slipway.taskapi.source.blob.BlobProblem;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * How much may be uploaded: to one source, to all sources of a registry, and to a disk that
 * PostgreSQL and Kafka may be on too. What a registry has is counted on the disk every few seconds,
 * and what comes meanwhile is added, so that many uploads at once do not get past the limit.
 */
@ApplicationScoped
class SourceQuota {
  private static final long COUNTED_FOR = Duration.ofSeconds(5).toNanos();

  /** Registries whose count is remembered. */
  private static final int MOST = 1_000;

  private final BuildSources sources;
  private final SourceFiles files;
  private final long mostOfSource;
  private final long mostOfRegistry;
  private final long reserve;

  /** Bytes that are being received. */
  private final Map<UUID, Long> underway = new ConcurrentHashMap<>();

  private final Map<String, Counted> counted = new ConcurrentHashMap<>();

  SourceQuota(
      BuildSources sources,
      SourceFiles files,
      @ConfigProperty(name = "slipway.source.max-bytes", defaultValue = "4294967296")
          long mostOfSource,
      @ConfigProperty(name = "slipway.source.max-bytes-per-registry", defaultValue = "34359738368")
          long mostOfRegistry,
      @ConfigProperty(name = "slipway.source.disk-reserve", defaultValue = "1073741824")
          long reserve) {
    this.sources = sources;
    this.files = files;
    this.mostOfSource = mostOfSource;
    this.mostOfRegistry = mostOfRegistry;
    this.reserve = reserve;
  }

  /**
   * A registry's count.
   *
   * @param now the number, once it is known
   */
  private record Counted(
      long at, Uni<AtomicLong> bytes, AtomicReference<@Nullable AtomicLong> now) {}

  /**
   * Makes room for an upload, which is {@link #end ended} later if this does not fail with {@link
   * BlobProblem}. What fails takes no room.
   *
   * @param used bytes of the source that are there and stay
   */
  Uni<Void> begin(String registry, UUID id, long length, long used) {
    return ofRegistry(name(registry))
        .invoke(has -> {
          if (has.addAndGet(length) > mostOfRegistry) {
            has.addAndGet(-length);
            throw tooLarge(
                "All uploads of registry '%s' together may have %d bytes"
                    .formatted(registry, mostOfRegistry),
                "slipway.source.max-bytes-per-registry). Each goes after 24 hours");
          }
          if (used + underway.merge(id, length, Long::sum) > mostOfSource) {
            has.addAndGet(-length);
            end(id, length);
            throw tooLarge(
                "A source may have " + mostOfSource + " bytes", "slipway.source.max-bytes)");
          }
        })
        .chain(() ->
            blocking(
                    () -> {
                      requireSpace(0);
                      return true;
                    })
                .onFailure()
                .invoke(() -> {
                  dropped(registry, length);
                  end(id, length);
                }))
        .replaceWithVoid();
  }

  private static BlobProblem tooLarge(String what, String setting) {
    return new BlobProblem(413, "RequestBodyTooLarge", what + " (" + setting + ".");
  }

  private static String name(String registry) {
    return registry.toLowerCase(Locale.ROOT);
  }

  /**
   * Nothing is left of what was begun. Comes before its {@link #end}: a count in between then has
   * it once more, not once less.
   */
  void dropped(String registry, long length) {
    Counted known = counted.get(name(registry));
    AtomicLong now = known == null ? null : known.now().get();
    if (now != null) {
      now.addAndGet(-length);
    }
  }

  /** Ends what was begun, whether or not it was received. */
  void end(UUID id, long length) {
    underway.computeIfPresent(
        id, (ignored, sum) -> sum == length ? null : Long.valueOf(sum - length));
  }

  /**
   * Fails with 507 if the disk has no room for what is being received and some more; blocks.
   *
   * @param more bytes
   */
  void requireSpace(long more) {
    long coming = underway.values().stream().mapToLong(Long::longValue).sum();
    if (files.free() - coming - more < reserve) {
      throw new BlobProblem(
          507,
          "InsufficientStorage",
          "The disk for uploads has too little space left (slipway.source.disk-reserve is "
              + reserve
              + " bytes). Try again later.");
    }
  }

  private Uni<AtomicLong> ofRegistry(String registry) {
    long now = System.nanoTime();
    if (counted.size() > MOST) {
      counted.values().removeIf(old -> now - old.at() > COUNTED_FOR);
    }
    return counted
        .compute(
            registry,
            (name, known) ->
                known != null && now - known.at() < COUNTED_FOR ? known : count(now, name))
        .bytes();
  }

  private Counted count(long at, String registry) {
    AtomicReference<@Nullable AtomicLong> now = new AtomicReference<>();
    Uni<AtomicLong> bytes =
        sources
            .ofRegistry(registry)
            .chain(ids -> blocking(() -> new AtomicLong(bytes(ids))))
            .invoke(now::set)
            .onFailure()
            .invoke(() -> counted.remove(registry))
            .memoize()
            .indefinitely();
    return new Counted(at, bytes, now);
  }

  private long bytes(List<UUID> ids) {
    return ids.stream().mapToLong(id -> files.kept(id) + underway.getOrDefault(id, 0L)).sum();
  }

  private static <T> Uni<T> blocking(Supplier<T> work) {
    return Uni.createFrom().item(work).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }
}
