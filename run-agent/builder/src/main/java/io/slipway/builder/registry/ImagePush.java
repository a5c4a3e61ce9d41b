package io.slipway.builder.registry;

import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.Blobs;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings an image from the store to a registry, blobs first, manifest last. */
final class ImagePush {
  private static final int BLOBS_AT_ONCE = 4;

  private final RegistrySession session;
  private final ImageReference target;
  private final ImageSpace space;
  private final Consumer<String> progress;

  ImagePush(
      RegistrySession session, ImageReference target, ImageSpace space, Consumer<String> progress) {
    this.session = session;
    this.target = target;
    this.space = space;
    this.progress = progress;
  }

  /** Repositories of the target's registry that have some layer already. */
  static Set<String> mountSources(List<StoredLayer> layers, ImageReference target, ImageSpace space)
      throws IOException {
    String registry = target.registry() + "/";
    Set<String> sources = new TreeSet<>();
    for (StoredLayer layer : layers) {
      for (String origin : space.origins(layer.digest())) {
        if (origin.startsWith(registry)) {
          sources.add(origin.substring(registry.length()));
        }
      }
    }
    sources.remove(target.repository());
    return sources;
  }

  PushedImage run(StoredImage image) throws RegistryCallException, InterruptedException {
    return run(image.layers(), image.manifest());
  }

  PushedImage run(List<StoredLayer> lowestFirst, RawManifest manifest)
      throws RegistryCallException, InterruptedException {
    progress.accept(
        "The push refers to repository [" + target.registry() + "/" + target.repository() + "]");
    session.logIn();
    List<StoredLayer> layers = lowestFirst.reversed();
    layers.forEach(layer -> progress.accept(Sha256.brief(layer.diffId()) + ": Preparing"));
    List<Callable<Boolean>> work = new ArrayList<>();
    for (StoredLayer layer : layers) {
      if (!MediaTypes.isForeign(layer.mediaType())) {
        work.add(() -> pushLayer(layer));
      }
    }
    Descriptor config = config(manifest);
    work.add(() -> pushBlob(config.digest(), null).isEmpty());
    List<Boolean> unused = ParallelWork.run(work, BLOBS_AT_ONCE);

    session.putManifest(manifest, target.reference());
    noteOrigins(layers, config);
    space.noteDigest(target, manifest.digest());
    progress.accept(
        target.reference() + ": digest: " + manifest.digest() + " size: " + manifest.size());
    return new PushedImage(manifest.digest(), manifest.mediaType(), manifest.size());
  }

  private boolean pushLayer(StoredLayer layer) throws RegistryCallException, InterruptedException {
    String how = pushBlob(layer.digest(), mountSource(layer));
    progress.accept(Sha256.brief(layer.diffId()) + ": " + (how.isEmpty() ? "Pushed" : how));
    return how.isEmpty();
  }

  /** Brings one blob there; returns why it was not sent, or empty if it was. */
  private String pushBlob(String digest, @Nullable String source)
      throws RegistryCallException, InterruptedException {
    if (session.hasBlob(digest)) {
      return "Layer already exists";
    }
    Blob content =
        Blobs.from(
            out -> {
              try (InputStream in = space.openBlob(digest)) {
                in.transferTo(out);
              }
            },
            true);
    return session.pushBlob(digest, content, source) ? "Mounted from " + source : "";
  }

  private @Nullable String mountSource(StoredLayer layer) throws RegistryCallException {
    String registry = target.registry() + "/";
    try {
      return space.origins(layer.digest()).stream()
          .filter(origin -> origin.startsWith(registry))
          .map(origin -> origin.substring(registry.length()))
          .filter(session::mayMountFrom)
          .findFirst()
          .orElse(null);
    } catch (IOException e) {
      throw storeFailure(e);
    }
  }

  private Descriptor config(RawManifest manifest) throws RegistryCallException {
    try {
      return ImageManifest.parse(manifest).config();
    } catch (IOException e) {
      throw storeFailure(e);
    }
  }

  private void noteOrigins(List<StoredLayer> layers, Descriptor config)
      throws RegistryCallException {
    String origin = target.registry() + "/" + target.repository();
    try {
      space.noteOrigin(config.digest(), origin);
      for (StoredLayer layer : layers) {
        space.noteOrigin(layer.digest(), origin);
      }
    } catch (IOException e) {
      throw storeFailure(e);
    }
  }

  private RegistryCallException storeFailure(IOException problem) {
    return new RegistryCallException(
        Reason.STORE,
        target.registry(),
        target.repository(),
        "The image store failed: " + problem.getMessage(),
        problem);
  }
}
