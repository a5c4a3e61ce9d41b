package io.slipway.builder.registry;

import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerReader.UnpackLimits;
import io.slipway.builder.store.BlobFetch;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/** Brings an image of one platform from a registry into the store. */
final class ImagePull {
  private static final int BLOBS_AT_ONCE = 4;

  private final RegistrySession session;
  private final ImageReference name;
  private final ImageSpace space;
  private final Consumer<String> progress;

  ImagePull(
      RegistrySession session, ImageReference name, ImageSpace space, Consumer<String> progress) {
    this.session = session;
    this.name = name;
    this.space = space;
    this.progress = progress;
  }

  StoredImage run(Platform platform) throws RegistryCallException, InterruptedException {
    String reference = name.reference();
    progress.accept(name.reference() + ": Pulling from " + name.repository());
    RawManifest top = session.manifest(reference);
    try {
      RawManifest manifest = top.isIndex() ? choose(top, platform) : top;
      boolean fetched = fetch(ImageManifest.parse(manifest));
      StoredImage image = space.addPulled(manifest);
      warnOfPlatform(image, platform);
      space.tag(name, image);
      space.noteDigest(name, top.digest());
      progress.accept("Digest: " + top.digest());
      progress.accept(
          (fetched ? "Status: Downloaded newer image for " : "Status: Image is up to date for ")
              + name.familiar());
      return image;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private RawManifest choose(RawManifest index, Platform platform)
      throws MalformedImageException, RegistryCallException, InterruptedException {
    RawManifest chosen = session.manifest(ImageIndex.parse(index).choose(platform).digest());
    if (chosen.isIndex()) {
      throw new MalformedImageException("An index inside an index is not supported");
    }
    return chosen;
  }

  private boolean fetch(ImageManifest manifest) throws RegistryCallException, InterruptedException {
    List<Callable<Boolean>> work = new ArrayList<>();
    work.add(() -> fetch(manifest.config()));
    for (Descriptor layer : manifest.layers()) {
      work.add(() -> fetchLayer(layer));
    }
    return ParallelWork.run(work, BLOBS_AT_ONCE).contains(true);
  }

  private boolean fetchLayer(Descriptor layer) throws RegistryCallException, InterruptedException {
    String brief = Sha256.brief(layer.digest());
    boolean fetched = fetch(layer);
    progress.accept(brief + (fetched ? ": Pull complete" : ": Already exists"));
    return fetched;
  }

  /** Brings one blob; whether it had to be transferred. */
  boolean fetch(Descriptor blob) throws RegistryCallException, InterruptedException {
    if (blob.size() > UnpackLimits.DEFAULT.maxBytes()) {
      throw failure(new MalformedImageException(blob.digest() + " has " + blob.size() + " bytes"));
    }
    // The whole fetch is repeated: after a broken transfer the store has deleted its scratch file.
    return session.attempt(
        "blob " + blob.digest(), () -> space.fetchBlob(blob, new Fetch(blob.digest())));
  }

  /** The blob as this run may read it. */
  private final class Fetch implements BlobFetch<RegistryCallException> {
    private final String digest;

    Fetch(String digest) {
      this.digest = digest;
    }

    @Override
    public String origin() {
      return name.registry() + "/" + name.repository();
    }

    @Override
    public boolean exists() throws RegistryCallException, InterruptedException {
      return session.hasBlob(digest);
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      session.writeBlobOnce(digest, out);
    }
  }

  private void warnOfPlatform(StoredImage image, Platform wanted) {
    Platform actual = image.config().platform();
    if (!wanted.accepts(actual)) {
      progress.accept(
          "WARNING: The requested platform (%s) does not match the image's (%s)"
              .formatted(wanted, actual));
    }
  }

  private RegistryCallException failure(IOException problem) {
    RegistryProblem meaning = RegistryProblem.of(problem);
    Reason reason = meaning.reason() == Reason.INVALID ? Reason.INVALID : Reason.STORE;
    return new RegistryCallException(
        reason,
        name.registry(),
        name.repository(),
        name.familiar() + " cannot be used: " + meaning.message(),
        problem);
  }
}
