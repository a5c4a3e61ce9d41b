package io.slipway.builder.interpreter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Layers of build steps with the keys of the steps, as an image in a registry: an OCI manifest
 * whose layers are the steps' and whose configuration is our own list of keys. No engine runs it;
 * any registry keeps it.
 *
 * @param name where it is
 * @param steps layers by the keys of their steps
 * @param times when images were made, by the digests of their undated configurations
 */
public record RegistryCache(
    ImageReference name,
    Map<String, StoredLayer> steps,
    Map<String, Instant> times,
    RegistryCalls registries,
    ImageSpace space) {
  private static final String CONFIG_TYPE = "application/vnd.slipway.build-cache.v1+json";
  private static final int VERSION = 1;
  private static final int LARGEST_CONFIG = 8 << 20;
  private static final JsonMapper MAPPER = new JsonMapper();

  private record Config(
      int version, Map<String, StoredLayer> steps, @Nullable Map<String, String> times) {}

  public RegistryCache {
    steps = Map.copyOf(steps);
    times = Map.copyOf(times);
  }

  /**
   * Reads what is there; nothing of a layer is transferred yet.
   *
   * @return empty if there is nothing under the name, or something else
   */
  public static Optional<RegistryCache> read(
      ImageReference name, RegistryCalls registries, ImageSpace space)
      throws IOException, RegistryCallException, InterruptedException {
    RawManifest raw;
    try {
      raw = registries.manifest(name);
    } catch (RegistryCallException refused) {
      if (refused.reason() == Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
    if (raw.isIndex()) {
      return Optional.empty();
    }
    ImageManifest manifest = ImageManifest.parse(raw);
    if (!manifest.config().mediaType().equals(CONFIG_TYPE)
        || manifest.config().size() > LARGEST_CONFIG) {
      return Optional.empty();
    }
    registries.fetch(name, manifest.config(), space);
    Config config = config(space, manifest.config().digest());
    return config.version() == VERSION
        ? Optional.of(
            new RegistryCache(
                name, checked(config, manifest), times(config.times()), registries, space))
        : Optional.empty();
  }

  private static Config config(ImageSpace space, String digest) throws IOException {
    try (InputStream in = space.openBlob(digest)) {
      return MAPPER.readValue(in.readNBytes(LARGEST_CONFIG), Config.class);
    } catch (JsonProcessingException malformed) {
      return new Config(0, Map.of(), null);
    }
  }

  private static Map<String, Instant> times(@Nullable Map<String, String> texts) {
    Map<String, Instant> times = new TreeMap<>();
    for (Map.Entry<String, String> each :
        texts == null ? Set.<Map.Entry<String, String>>of() : texts.entrySet()) {
      try {
        times.put(each.getKey(), Instant.parse(each.getValue()));
      } catch (DateTimeParseException malformed) {
        // A time that cannot be read counts as unknown.
        continue;
      }
    }
    return times;
  }

  /** When an image was made first, by the digest of its undated configuration. */
  Optional<Instant> firstMade(String key) {
    return Optional.ofNullable(times.get(key));
  }

  /** Only steps whose layer the manifest names too: that is what the registry keeps for it. */
  private static Map<String, StoredLayer> checked(Config config, ImageManifest manifest) {
    Map<String, Descriptor> layers = new TreeMap<>();
    manifest.layers().forEach(layer -> layers.put(layer.digest(), layer));
    Map<String, StoredLayer> steps = new TreeMap<>();
    config
        .steps()
        .forEach((key, layer) -> {
          Descriptor there = layers.get(layer.digest());
          if (there != null && there.size() == layer.size() && Sha256.isDigest(layer.diffId())) {
            steps.put(
                key,
                new StoredLayer(
                    layer.digest(), layer.size(), MediaTypes.DOCKER_LAYER, layer.diffId()));
          }
        });
    return steps;
  }

  /**
   * The layer of a step, brought into the store.
   *
   * @throws MalformedImageException if the layer is another than the list says
   */
  Optional<StoredLayer> fetch(String key)
      throws IOException, RegistryCallException, InterruptedException {
    StoredLayer layer = steps.get(key);
    if (layer == null) {
      return Optional.empty();
    }
    registries.fetch(name, new Descriptor(layer.mediaType(), layer.digest(), layer.size()), space);
    space.verify(layer);
    return Optional.of(layer);
  }

  /** Puts results there, in place of what was there. */
  public void write(Map<String, StoredLayer> results, Map<String, Instant> made)
      throws IOException, RegistryCallException, InterruptedException {
    Map<String, String> texts = new TreeMap<>();
    made.forEach((key, when) -> texts.put(key, when.toString()));
    String config = MAPPER.writeValueAsString(new Config(VERSION, new TreeMap<>(results), texts));
    String digest = space.putText(config);
    Map<String, StoredLayer> distinct = new LinkedHashMap<>();
    new TreeMap<>(results).values().forEach(layer -> distinct.put(layer.digest(), layer));
    List<StoredLayer> layers = List.copyOf(distinct.values());
    List<Descriptor> descriptors = new ArrayList<>();
    for (StoredLayer layer : layers) {
      descriptors.add(
          new Descriptor(
              layer.mediaType().equals(MediaTypes.DOCKER_LAYER)
                  ? MediaTypes.OCI_LAYER
                  : layer.mediaType(),
              layer.digest(),
              layer.size()));
    }
    long size = config.getBytes(StandardCharsets.UTF_8).length;
    RawManifest manifest =
        new ImageManifest(new Descriptor(CONFIG_TYPE, digest, size), descriptors)
            .write(ManifestFormat.OCI, CONFIG_TYPE);
    var unused = registries.push(layers, manifest, name, space, line -> {});
  }
}
