package io.slipway.builder.registry;

import com.google.cloud.tools.jib.blob.Blob;
import com.google.cloud.tools.jib.blob.Blobs;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings an image, or a whole index with all its images, from registry to registry. Manifests are
 * sent byte by byte, so every digest stays; blobs flow through without touching the disk.
 */
final class ImageCopy {
  private static final int BLOBS_AT_ONCE = 4;
  private static final int DEEPEST = 4;

  private final RegistrySession source;
  private final RegistryScope sourceScope;
  private final RegistrySession target;
  private final RegistryScope targetScope;
  private final Consumer<String> progress;

  ImageCopy(
      RegistrySession source,
      RegistryScope sourceScope,
      RegistrySession target,
      RegistryScope targetScope,
      Consumer<String> progress) {
    this.source = source;
    this.sourceScope = sourceScope;
    this.target = target;
    this.targetScope = targetScope;
    this.progress = progress;
  }

  /**
   * Copies.
   *
   * @param from tag or digest at the source
   * @param tag tag at the target, or null for the digest alone
   */
  PushedImage run(String from, @Nullable String tag)
      throws RegistryCallException, InterruptedException {
    RawManifest top = source.manifest(from);
    target.logIn();
    try {
      copyContent(top, 0);
    } catch (MalformedImageException e) {
      throw new RegistryCallException(
          Reason.INVALID,
          sourceScope.registry(),
          sourceScope.repository(),
          "%s/%s:%s cannot be copied: %s"
              .formatted(sourceScope.registry(), sourceScope.repository(), from, e.getMessage()),
          e);
    }
    target.putManifest(top, tag == null ? top.digest() : tag);
    progress.accept(
        (tag == null ? top.digest() : tag) + ": digest: " + top.digest() + " size: " + top.size());
    return new PushedImage(top.digest(), top.mediaType(), top.size());
  }

  private void copyContent(RawManifest manifest, int depth)
      throws MalformedImageException, RegistryCallException, InterruptedException {
    if (depth > DEEPEST) {
      throw new MalformedImageException("Indexes in indexes, deeper than " + DEEPEST);
    }
    if (!manifest.isIndex()) {
      copyBlobs(ImageManifest.parse(manifest));
      return;
    }
    for (Descriptor child : ImageIndex.parse(manifest).manifests()) {
      RawManifest childManifest = source.manifest(child.digest());
      copyContent(childManifest, depth + 1);
      target.putManifest(childManifest, childManifest.digest());
    }
  }

  private void copyBlobs(ImageManifest manifest)
      throws RegistryCallException, InterruptedException {
    Map<String, Descriptor> blobs = new LinkedHashMap<>();
    blobs.put(manifest.config().digest(), manifest.config());
    manifest.layers().stream()
        .filter(layer -> !MediaTypes.isForeign(layer.mediaType()))
        .forEach(layer -> blobs.put(layer.digest(), layer));
    List<Callable<Boolean>> work = new ArrayList<>();
    blobs.keySet().forEach(digest -> work.add(() -> copyBlob(digest)));
    List<Boolean> unused = ParallelWork.run(work, BLOBS_AT_ONCE);
  }

  private boolean copyBlob(String digest) throws RegistryCallException, InterruptedException {
    String brief = Sha256.brief(digest);
    if (target.hasBlob(digest)) {
      progress.accept(brief + ": Layer already exists");
      return false;
    }
    String mount = target.mayMountFrom(sourceScope.repository()) ? sourceScope.repository() : null;
    Blob content = Blobs.from(out -> source.blob(digest).writeTo(new OpenOutputStream(out)), true);
    boolean mounted = target.pushBlob(digest, content, mount);
    progress.accept(
        brief
            + (mounted
                ? ": Mounted from " + sourceScope.repository()
                : ": Pushed to " + targetScope.repository()));
    return !mounted;
  }
}
