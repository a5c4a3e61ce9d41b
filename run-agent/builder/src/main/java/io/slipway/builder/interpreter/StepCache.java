package io.slipway.builder.interpreter;

import io.slipway.builder.OutputSink;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.store.BuildCache;
import io.slipway.builder.store.StoredImage.StoredLayer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Results of build steps: what the agent knows itself, and what images in registries know, see
 * {@link RegistryCache}. For one build.
 */
public final class StepCache {
  private final BuildCache own;
  private final boolean off;
  private final OutputSink output;
  private final List<RegistryCache> registries = new ArrayList<>();
  private final Map<String, StoredLayer> used;
  private final Map<String, Instant> times;

  /**
   * The agent's own.
   *
   * @param off whether nothing is found, only remembered
   */
  public StepCache(BuildCache own, boolean off, OutputSink output) {
    this.own = own;
    this.off = off;
    this.output = output;
    this.used = new LinkedHashMap<>();
    this.times = new LinkedHashMap<>();
  }

  private StepCache(StepCache rest) {
    this.own = rest.own;
    this.off = true;
    this.output = rest.output;
    this.used = rest.used;
    this.times = rest.times;
  }

  /** A view for steps that always run again: nothing is found, everything is remembered. */
  StepCache fresh() {
    return new StepCache(this);
  }

  /** Takes results from an image in a registry too. */
  public void addRegistry(RegistryCache cache) {
    registries.add(cache);
  }

  /** The layer of a step that was done before. */
  Optional<StoredLayer> find(String key) throws IOException, InterruptedException {
    if (off) {
      return Optional.empty();
    }
    Optional<StoredLayer> found = own.find(key);
    for (RegistryCache each : registries) {
      if (found.isEmpty()) {
        found = fetched(each, key);
      }
    }
    found.ifPresent(layer -> used.put(key, layer));
    return found;
  }

  private Optional<StoredLayer> fetched(RegistryCache from, String key)
      throws IOException, InterruptedException {
    try {
      // Not for the agent's own cache: whoever may push to one repository could then feed other
      // repositories of the registry what they would build themselves.
      return from.fetch(key);
    } catch (RegistryCallException | MalformedImageException refused) {
      output.line(
          "WARNING: a step of the cache %s cannot be fetched, the step runs again: %s"
              .formatted(from.name().familiar(), refused.getMessage()));
      return Optional.empty();
    }
  }

  /**
   * A configuration with the times of its making. One that is the same as before but for its times
   * keeps those, so that the image keeps its digest: nothing new is pushed, and nothing that
   * watches for new images is woken.
   *
   * @param inherited lines of history that stay as they are
   */
  ImageConfig dated(ImageConfig config, int inherited, Instant now) throws IOException {
    String key = config.edit().made(Instant.EPOCH, inherited).done().digest();
    Optional<Instant> before = off ? Optional.empty() : known(key);
    Instant made = before.orElse(now);
    if (before.isEmpty()) {
      own.noteMade(key, made);
    }
    times.put(key, made);
    return config.edit().made(made, inherited).done();
  }

  private Optional<Instant> known(String key) throws IOException {
    Optional<Instant> found = own.firstMade(key);
    for (RegistryCache each : registries) {
      found = found.or(() -> each.firstMade(key));
    }
    return found;
  }

  /** Remembers the layer of a step. */
  void put(String key, StoredLayer layer) throws IOException {
    own.put(key, layer);
    used.put(key, layer);
  }

  /** When the images of this build were made, by the digests of their undated configurations. */
  public Map<String, Instant> times() {
    return Map.copyOf(times);
  }

  /** All results that this build found or made, by their keys. */
  public Map<String, StoredLayer> used() {
    return Map.copyOf(used);
  }
}
