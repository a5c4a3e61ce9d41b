package io.slipway.taskapi.dispatch;

import io.slipway.taskapi.store.JsonText;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How many runs a pool and a registry may have under way at a time, and what share of the turns a
 * registry has. The operator sets them; the owner of a registry can set a lower limit of its own
 * with the tag {@link ConcurrentRuns#TAG}.
 */
@ApplicationScoped
public class Limits {
  /** No limit. */
  public static final int NONE = Integer.MAX_VALUE;

  private static final int HEAVIEST = 1_000;

  private final JsonText json;
  private final int pool;
  private final int registry;
  private final Map<String, Integer> weights;

  Limits(
      JsonText json,
      @ConfigProperty(name = "slipway.dispatch.pool-limit", defaultValue = "0") int pool,
      @ConfigProperty(name = "slipway.dispatch.registry-limit", defaultValue = "0") int registry,
      @ConfigProperty(name = "slipway.dispatch.weights") Optional<List<String>> weights) {
    this.json = json;
    this.pool = pool <= 0 ? NONE : pool;
    this.registry = registry <= 0 ? NONE : registry;
    this.weights = weights.map(Limits::weights).orElse(Map.of());
  }

  private static Map<String, Integer> weights(List<String> entries) {
    Map<String, Integer> read = new HashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "slipway.dispatch.weights: '" + entry + "' must be <registry>=<weight>");
      }
      read.put(
          entry.substring(0, equals).strip().toLowerCase(Locale.ROOT),
          Math.clamp(Integer.parseInt(entry.substring(equals + 1).strip()), 1, HEAVIEST));
    }
    return read;
  }

  /** Runs that a pool may have under way, those in the window included. */
  int ofPool() {
    return pool;
  }

  /**
   * Runs that a registry may have under way in a pool, those in the window included.
   *
   * @param tags of the registry, as JSON
   */
  int ofRegistry(String tags) {
    return tags.contains(ConcurrentRuns.TAG) ? ofRegistry(json.tags(tags)) : registry;
  }

  /** The same for tags that were read. */
  public int ofRegistry(Map<String, String> tags) {
    OptionalInt own = ConcurrentRuns.of(tags);
    return own.isPresent() ? Math.min(own.getAsInt(), registry) : registry;
  }

  /** Whether every run of a registry with these tags may go to an idle agent at once. */
  public boolean allow(Map<String, String> tags) {
    return pool == NONE && ofRegistry(tags) == NONE;
  }

  /** Share of the turns that a registry has, from 1. */
  int weight(String registryName) {
    return weights.getOrDefault(registryName.toLowerCase(Locale.ROOT), 1);
  }
}
