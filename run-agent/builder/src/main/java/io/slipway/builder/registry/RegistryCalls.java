package io.slipway.builder.registry;

import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryAccess;
import io.slipway.builder.RegistryAccess.PushedImage;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.config.Descriptor;
import io.slipway.builder.config.ImageManifest;
import io.slipway.builder.config.MalformedImageException;
import io.slipway.builder.config.Platform;
import io.slipway.builder.config.RawManifest;
import io.slipway.builder.store.ImageSpace;
import io.slipway.builder.store.LimitedOutputStream;
import io.slipway.builder.store.StoredImage;
import io.slipway.builder.store.StoredImage.StoredIndex;
import io.slipway.builder.store.StoredImage.StoredLayer;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The registry calls of one run, each by the class that does it. */
public final class RegistryCalls implements RegistryAccess {
  private final ConnectionPool connections;
  private final CredentialSource credentials;

  /** Calls over the agent's connections with the run's credentials. */
  public RegistryCalls(ConnectionPool connections, CredentialSource credentials) {
    this.connections = connections;
    this.credentials = credentials;
  }

  /**
   * The calls behind the door.
   *
   * @throws IllegalArgumentException if they are not this module's
   */
  public static RegistryCalls of(RegistryAccess access) {
    if (access instanceof RegistryCalls calls) {
      return calls;
    }
    throw new IllegalArgumentException("an engine takes the access of its RegistryConnections");
  }

  @Override
  public boolean exists(ImageReference name) throws RegistryCallException, InterruptedException {
    return find(name).isPresent();
  }

  /**
   * What a registry has under a name.
   *
   * @return media type, digest and size of the manifest or index; empty if there is nothing
   */
  public Optional<Descriptor> find(ImageReference name)
      throws RegistryCallException, InterruptedException {
    return ParallelWork.run(() -> pull(name).head(name.reference()));
  }

  /**
   * What a registry has under a name.
   *
   * @throws RegistryCallException with reason {@code NOT_FOUND} if there is nothing
   */
  public Descriptor resolve(ImageReference name)
      throws RegistryCallException, InterruptedException {
    return find(name)
        .orElseThrow(() ->
            new RegistryCallException(
                Reason.NOT_FOUND,
                name.registry(),
                name.repository(),
                "manifest for " + name.familiar() + " not found"));
  }

  /** The manifest or index of a name, byte by byte. */
  public RawManifest manifest(ImageReference name)
      throws RegistryCallException, InterruptedException {
    return ParallelWork.run(() -> pull(name).manifest(name.reference()));
  }

  @Override
  public List<ArtifactLayer> layers(ImageReference artifact)
      throws RegistryCallException, InterruptedException {
    RawManifest manifest = manifest(artifact);
    if (manifest.isIndex()) {
      throw invalid(artifact, "it is an index of images, not an artifact with files", null);
    }
    try {
      return ImageManifest.parse(manifest).layers().stream()
          .map(layer ->
              new ArtifactLayer(
                  layer.mediaType(), layer.digest(), layer.size(), layer.annotations()))
          .toList();
    } catch (MalformedImageException malformed) {
      throw invalid(artifact, "it is not an artifact: " + malformed.getMessage(), malformed);
    }
  }

  private static RegistryCallException invalid(
      ImageReference name, String message, @Nullable Throwable cause) {
    return new RegistryCallException(
        Reason.INVALID, name.registry(), name.repository(), message, cause);
  }

  @Override
  public void download(ImageReference artifact, ArtifactLayer layer, Path file)
      throws RegistryCallException, InterruptedException {
    download(artifact, new Descriptor(layer.mediaType(), layer.digest(), layer.size()), file);
  }

  /**
   * Writes a blob of a name's repository into a file; its digest is verified.
   *
   * @param file is made or overwritten
   * @return the file
   */
  Path download(ImageReference name, Descriptor blob, Path file)
      throws RegistryCallException, InterruptedException {
    RegistrySession session = pull(name);
    return ParallelWork.run(() ->
        session.attempt(
            "blob " + blob.digest(),
            () -> {
              try (OutputStream out =
                  new LimitedOutputStream(Files.newOutputStream(file), blob.size())) {
                session.writeBlobOnce(blob.digest(), out);
              }
              return file;
            }));
  }

  /**
   * Pulls an image into the store; the space knows it by its name afterwards. Of an index the image
   * for the platform is taken. What the store has is not transferred again.
   *
   * @param progress gets {@code docker pull}'s lines
   */
  public StoredImage pull(
      ImageReference name, Platform platform, ImageSpace space, Consumer<String> progress)
      throws RegistryCallException, InterruptedException {
    return ParallelWork.run(() -> new ImagePull(pull(name), name, space, progress).run(platform));
  }

  /**
   * Pushes an image of the store. Layers that the registry has are not sent: it takes them over
   * from the repositories they came from where the credential allows it.
   *
   * @param progress gets {@code docker push}'s lines
   */
  public PushedImage push(
      StoredImage image, ImageReference target, ImageSpace space, Consumer<String> progress)
      throws RegistryCallException, InterruptedException {
    return push(image.layers(), image.manifest(), target, space, progress);
  }

  /**
   * Pushes images of several platforms, each by its digest, and then their index under the name.
   *
   * @param progress gets {@code docker push}'s lines
   */
  public PushedImage push(
      StoredIndex index, ImageReference target, ImageSpace space, Consumer<String> progress)
      throws RegistryCallException, InterruptedException {
    for (StoredImage image : index.images()) {
      ImageReference byDigest =
          new ImageReference(
              target.registry(), target.repository(), null, image.manifest().digest());
      PushedImage unused = push(image.layers(), image.manifest(), byDigest, space, progress);
    }
    PushedImage pushed = putManifest(index.manifest(), target);
    space.noteDigest(target, pushed.digest());
    progress.accept(
        target.reference() + ": digest: " + pushed.digest() + " size: " + index.manifest().size());
    return pushed;
  }

  /**
   * Pushes layers and a manifest that names them and a configuration, which the store has as a
   * blob.
   *
   * @param progress gets {@code docker push}'s lines
   */
  public PushedImage push(
      List<StoredLayer> layers,
      RawManifest manifest,
      ImageReference target,
      ImageSpace space,
      Consumer<String> progress)
      throws RegistryCallException, InterruptedException {
    Set<String> mounts;
    try {
      mounts = ImagePush.mountSources(layers, target, space);
    } catch (IOException e) {
      throw new RegistryCallException(
          Reason.STORE, target.registry(), target.repository(), "The image store failed", e);
    }
    RegistrySession session =
        session(RegistryScope.push(target.registry(), target.repository(), mounts));
    return ParallelWork.run(
        () -> new ImagePush(session, target, space, progress).run(layers, manifest));
  }

  /** Brings a blob of a repository into the store, unless it has it. */
  public void fetch(ImageReference from, Descriptor blob, ImageSpace space)
      throws RegistryCallException, InterruptedException {
    boolean unused =
        ParallelWork.run(() -> new ImagePull(pull(from), from, space, line -> {}).fetch(blob));
  }

  /**
   * Puts a manifest or index under a name, exactly as it is; all that it points to must be in the
   * repository already.
   */
  public PushedImage putManifest(RawManifest manifest, ImageReference target)
      throws RegistryCallException, InterruptedException {
    RegistrySession session =
        session(RegistryScope.push(target.registry(), target.repository(), Set.of()));
    return ParallelWork.run(() -> {
      session.putManifest(manifest, target.reference());
      return new PushedImage(manifest.digest(), manifest.mediaType(), manifest.size());
    });
  }

  @Override
  public PushedImage copy(ImageReference source, ImageReference target, Consumer<String> progress)
      throws RegistryCallException, InterruptedException {
    boolean same =
        target.registry().equals(source.registry())
            && !target.repository().equals(source.repository());
    RegistryScope from = RegistryScope.pull(source.registry(), source.repository());
    RegistryScope to =
        RegistryScope.push(
            target.registry(), target.repository(), same ? Set.of(source.repository()) : Set.of());
    ImageCopy copy = new ImageCopy(session(from), from, session(to), to, progress);
    return ParallelWork.run(() -> copy.run(source.reference(), target.tag()));
  }

  @Override
  public PushedImage attach(ImageReference image, Attachment attachment)
      throws RegistryCallException, InterruptedException {
    RegistrySession session =
        session(RegistryScope.push(image.registry(), image.repository(), Set.of()));
    return ParallelWork.run(() -> new AttachedDocument(session, image).push(attachment));
  }

  @Override
  public Attached attached(ImageReference image, String mediaType)
      throws RegistryCallException, InterruptedException {
    RegistrySession session = pull(image);
    return ParallelWork.run(() -> new AttachedDocument(session, image).read(mediaType));
  }

  @Override
  public boolean logIn(String registry) throws RegistryCallException, InterruptedException {
    return ParallelWork.run(new RegistryLogIn(connections, credentials, registry)::run);
  }

  /**
   * A credential for another program that talks to the registry itself.
   *
   * @param push whether it will push, or only pull
   * @return empty if there is none for this registry
   */
  public Optional<Credential> credential(ImageReference name, boolean push)
      throws CredentialRefusedException, InterruptedException {
    RegistryScope scope =
        push
            ? RegistryScope.push(name.registry(), name.repository(), Set.of())
            : RegistryScope.pull(name.registry(), name.repository());
    return credentials.credential(name.registry(), scope.texts());
  }

  private RegistrySession pull(ImageReference name) {
    return session(RegistryScope.pull(name.registry(), name.repository()));
  }

  private RegistrySession session(RegistryScope scope) {
    return new RegistrySession(connections, credentials, scope);
  }
}
