package io.slipway.builder.support;

import io.slipway.builder.config.ImageConfig;
import io.slipway.builder.config.ImageConfig.HistoryEntry;
import io.slipway.builder.config.ImageConfigEditor;
import io.slipway.builder.config.ImageManifest.ManifestFormat;
import io.slipway.builder.config.Platform;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.LayerDraft;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes small images for tests. */
public final class TestImages {
  public static final Instant TIME = Instant.parse("2024-05-06T07:08:09Z");
  public static final Platform AMD64 = Platform.parse("linux/amd64");

  private TestImages() {}

  public static ImageReference name(String text) {
    return ImageReference.of(text);
  }

  /** A layer with files given as path, content, path, content. */
  public static StoredLayer layer(ImageSpace space, String... files) throws IOException {
    try (LayerDraft draft = space.newLayer()) {
      for (int i = 0; i < files.length; i += 2) {
        byte[] content = files[i + 1].getBytes(StandardCharsets.UTF_8);
        draft.add(
            LayerEntry.file(files[i], 0644, 0, 0, TIME, content.length),
            new ByteArrayInputStream(content));
      }
      return draft.commit();
    }
  }

  public static StoredImage image(ImageSpace space, StoredLayer... layers) throws IOException {
    return image(space, AMD64, ManifestFormat.DOCKER, layers);
  }

  public static StoredImage image(
      ImageSpace space, Platform platform, ManifestFormat format, StoredLayer... layers)
      throws IOException {
    ImageConfigEditor config = ImageConfig.empty(platform).edit().created(TIME);
    List<StoredLayer> all = new ArrayList<>();
    for (StoredLayer layer : layers) {
      config.addLayer(layer.diffId());
      config.addHistory(new HistoryEntry(TIME, "COPY x /", null, false));
      all.add(layer);
    }
    return space.addImage(config.cmd(List.of("/bin/sh")).done(), all, format, Map.of());
  }
}
