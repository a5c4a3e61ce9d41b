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
   * Puts a document beside an image: an artifact whose subject the image is, so that whoever knows
   * the image finds it. A registry that keeps no such lists gets the tag that clients look for
   * then.
   *
   * @param image is in the registry
   * @return what the registry has now besides
   * @throws RegistryCallException with reason {@code INVALID} if the registry takes no artifacts
   */
  PushedImage attach(ImageReference image, Attachment attachment)
      throws RegistryCallException, InterruptedException;

  /**
   * What is attached to an image.
   *
   * @param mediaType of the documents that are wanted; at most a hundred of them are read
   * @throws RegistryCallException with reason {@code NOT_FOUND} if there is no such image
   */
  Attached attached(ImageReference image, String mediaType)
      throws RegistryCallException, InterruptedException;

  /**
   * Documents about an image.
   *
   * @param digest digest of the image's manifest or index
   * @param texts the documents; what cannot be read is not among them
   */
  record Attached(String digest, List<String> texts) {}

  /**
   * A document about an image.
   *
   * @param mediaType its type, which is the artifact's too
   * @param text the document
   * @param annotations of the artifact
   */
  record Attachment(String mediaType, String text, Map<String, String> annotations) {
    public Attachment {
      annotations = Map.copyOf(annotations);
    }
  }

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
