package io.slipway.agent.step;

import io.slipway.builder.CredentialSource;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.RegistryAccess;
import io.slipway.builder.RegistryCallException;
import io.slipway.builder.RegistryCallException.Reason;
import io.slipway.builder.RegistryConnections;
import io.slipway.taskfile.image.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Calls no registry, for benchmarks: a log-in asks for the credential and tries it nowhere. */
final class NothingRegistries implements RegistryConnections {
  @Override
  public RegistryAccess access(CredentialSource credentials) {
    return new NothingAccess(credentials);
  }

  @Override
  public void close() {}

  private record NothingAccess(CredentialSource credentials) implements RegistryAccess {
    @Override
    public boolean logIn(String registry) throws RegistryCallException, InterruptedException {
      try {
        return credentials.credential(registry, List.of()).isPresent();
      } catch (CredentialRefusedException refused) {
        throw new RegistryCallException(
            Reason.UNAUTHORIZED, registry, "", String.valueOf(refused.getMessage()), refused);
      }
    }

    @Override
    public boolean exists(ImageReference name) throws RegistryCallException {
      throw unsupported(name);
    }

    @Override
    public PushedImage copy(ImageReference source, ImageReference target, Consumer<String> progress)
        throws RegistryCallException {
      throw unsupported(source);
    }

    @Override
    public PushedImage attach(ImageReference image, Attachment attachment)
        throws RegistryCallException {
      throw unsupported(image);
    }

    @Override
    public Attached attached(ImageReference image, String mediaType) throws RegistryCallException {
      throw unsupported(image);
    }

    @Override
    public List<ArtifactLayer> layers(ImageReference artifact) throws RegistryCallException {
      throw unsupported(artifact);
    }

    @Override
    public void download(ImageReference artifact, ArtifactLayer layer, Path file)
        throws RegistryCallException {
      throw unsupported(artifact);
    }

    private static RegistryCallException unsupported(ImageReference name) {
      return new RegistryCallException(
          Reason.INVALID,
          name.registry(),
          name.repository(),
          "the executor 'nothing' calls no registry");
    }
  }
}
