package io.slipway.builder;

import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Registry calls of one run, with its credentials. Each method asks for a fresh credential that is
 * as narrow as what it does, repeats what may succeed later, and can be interrupted. Safe for many
 * threads. Engines take those of {@link RegistryConnections#access} only.
 */
public interface RegistryAccess {

  /**
   * Tries whether a credential opens a registry, without touching any repository.
   *
   * @param registry as {@code 127.0.0.1:8453}
   * @return false if there is no credential for it
   * @throws RegistryCallException with reason {@code UNAUTHORIZED} if it does not open it
   */
  boolean logIn(String registry) throws RegistryCallException, InterruptedException;

  /** Whether a registry has something under a name. */
  boolean exists(ImageReference name) throws RegistryCallException, InterruptedException;

  /**
   * Copies an image, or a whole index with all its images, to another repository of the same or
   * another registry. Digests stay the same. Nothing is written to the disk.
   *
   * @param target where it goes; without a tag it has its digest only
   * @param progress takes Docker's lines of progress, without line ends; may be called from several
   *     threads at once
   * @return what the target registry has now
   */
  PushedImage copy(ImageReference source, ImageReference target, Consumer<String> progress)
      throws RegistryCallException, InterruptedException;

  /**
   * The files of an artifact, in its order.
   *
   * @throws RegistryCallException with reason {@code INVALID} if the name means an index or
   *     something malformed, {@code NOT_FOUND} if it means nothing
   */
  List<ArtifactLayer> layers(ImageReference artifact)
      throws RegistryCallException, InterruptedException;

  /**
   * Writes a layer of an artifact into a file; its size and digest are verified.
   *
   * @param file is made or overwritten
   */
  void download(ImageReference artifact, ArtifactLayer layer, Path file)
      throws RegistryCallException, InterruptedException;

  /**
   * A layer of an artifact.
   *
   * @param mediaType its media type
   * @param digest its digest, {@code sha256:…}
   * @param size its size in bytes
   * @param annotations its annotations; may be empty
   */
  record ArtifactLayer(
      String mediaType, String digest, long size, Map<String, String> annotations) {
    public ArtifactLayer {
      annotations = Map.copyOf(annotations);
    }
  }

  /**
   * What a registry now has.
   *
   * @param digest digest of the manifest or index
   * @param mediaType its media type
   * @param size its size in bytes
   */
  record PushedImage(String digest, String mediaType, long size) {}
}
