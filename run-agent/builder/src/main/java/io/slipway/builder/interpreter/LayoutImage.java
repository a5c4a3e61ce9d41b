package io.slipway.builder.interpreter;

import io.slipway.builder.EngineException;
import io.slipway.builder.ExtraContext;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageIndex;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.MediaTypes;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.config.Sha256;
import io.slipway.builder.layer.LayerEntry;
import io.slipway.builder.store.BlobFetch;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.StoredImage;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes an image out of a folder that is laid out as OCI says. The folder is a step's work, so
 * nothing in it is believed: no link leads out, and every blob is checked against its digest.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">the
 *     layout</a>
 */
final class LayoutImage implements Closeable {
  private static final String TAG = "org.opencontainers.image.ref.name";
  private static final long LARGEST_TEXT = 8 << 20;

  private final ImageSpace space;
  private final String name;
  private final ExtraContext.Layout layout;
  private final ContextFiles files;

  LayoutImage(ImageSpace space, String name, ExtraContext.Layout layout)
      throws EngineException, IOException {
    this.space = space;
    this.name = name;
    this.layout = layout;
    this.files = ContextFiles.whole(layout.folder());
  }

  @Override
  public void close() {
    files.close();
  }

  /** The image for a platform. */
  StoredImage read(Platform platform) throws EngineException, IOException, InterruptedException {
    try {
      RawManifest manifest = manifest(chosen());
      if (manifest.isIndex()) {
        manifest = manifest(ImageIndex.parse(manifest).choose(platform));
      }
      ImageManifest parsed = ImageManifest.parse(manifest);
      List<Descriptor> blobs = new ArrayList<>(parsed.layers());
      blobs.add(parsed.config());
      for (Descriptor blob : blobs) {
        var unused = space.fetchBlob(blob, new Fetch(blob.digest()));
      }
      return space.addPulled(manifest);
    } catch (MalformedImageException malformed) {
      throw EngineException.user(
          "--build-context " + name + ": the oci-layout cannot be used: " + malformed.getMessage(),
          malformed);
    }
  }

  private Descriptor chosen() throws IOException {
    String text = text("index.json");
    List<Descriptor> all =
        ImageIndex.parse(new RawManifest(MediaTypes.OCI_INDEX, text)).manifests();
    String digest = layout.digest();
    return all.stream()
        .filter(each ->
            digest != null
                ? each.digest().equals(digest)
                : layout.tag().equals(each.annotations().get(TAG)))
        .findFirst()
        // Tools that write one image only often give it no tag.
        .or(() ->
            digest == null && all.size() == 1 && !all.getFirst().annotations().containsKey(TAG)
                ? Optional.of(all.getFirst())
                : Optional.empty())
        .orElseThrow(() ->
            new MalformedImageException(
                "its index.json has no image "
                    + (digest == null ? "with the tag " + layout.tag() : digest)));
  }

  private RawManifest manifest(Descriptor at) throws IOException {
    RawManifest manifest = new RawManifest(at.mediaType(), text(path(at.digest())));
    if (!manifest.digest().equals(at.digest())) {
      throw new MalformedImageException("the file of " + at.digest() + " has another content");
    }
    return manifest;
  }

  private static String path(String digest) throws MalformedImageException {
    if (!Sha256.isDigest(digest)) {
      throw new MalformedImageException("'" + digest + "' is not a digest sha256:…");
    }
    return "blobs/sha256/" + Sha256.hex(digest);
  }

  private String text(String path) throws IOException {
    if (file(path).size() > LARGEST_TEXT) {
      throw new MalformedImageException(path + " has more than " + LARGEST_TEXT + " bytes");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    files.readAll(List.of(file(path)), (entry, content) -> content.transferTo(bytes));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private LayerEntry file(String path) throws IOException {
    return files
        .find(files.resolve(path))
        .filter(entry -> entry.type() == LayerEntry.Type.FILE)
        .orElseThrow(() -> new MalformedImageException("it has no file " + path));
  }

  /** A blob of the folder. */
  private final class Fetch implements BlobFetch<RuntimeException> {
    private final String digest;

    Fetch(String digest) {
      this.digest = digest;
    }

    /** Of this run only: other runs have to show that they have the blob themselves. */
    @Override
    public String origin() {
      return "oci-layout/" + space.key();
    }

    /**
     * Whether the file is there with that content. Its name and size would not do: by them a step
     * could read a blob of others whose digest it knows.
     */
    @Override
    public boolean exists() {
      try {
        return files.contentKey(file(path(digest))).equals(digest);
      } catch (IOException none) {
        return false;
      }
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      files.readAll(List.of(file(path(digest))), (entry, content) -> content.transferTo(out));
    }
  }
}
