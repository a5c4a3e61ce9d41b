package io.slipway.builder.docker;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.CredentialSource.Credential;
import io.slipway.builder.CredentialSource.CredentialRefusedException;
import io.slipway.builder.EngineException;
import io.slipway.builder.registry.RegistryCalls;
import io.slipway.taskfile.image.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Lends the program credentials for one call: a file that only this process's user can read, in a
 * folder of the call's own, gone after the call. Each credential is as wide as the call needs and
 * lives for minutes.
 */
final class DockerLogIns {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final RegistryCalls registries;

  DockerLogIns(RegistryCalls registries) {
    this.registries = registries;
  }

  /**
   * A configuration with log-ins, deleted when it is closed.
   *
   * @param folder folder for {@link DockerCommand}
   */
  record Config(Path folder) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.deleteIfExists(folder.resolve("config.json"));
    }
  }

  /**
   * Credentials for images that are pulled, or for one that is pushed.
   *
   * @param folder an empty folder of this call's own
   */
  Config write(List<ImageReference> images, boolean push, Path folder)
      throws EngineException, IOException, InterruptedException {
    ObjectNode document = MAPPER.createObjectNode();
    ObjectNode auths = document.putObject("auths");
    for (ImageReference image : images) {
      Optional<Credential> credential;
      try {
        credential = registries.credential(image, push);
      } catch (CredentialRefusedException refused) {
        throw new EngineException(
            EngineException.Cause.ACCESS, String.valueOf(refused.getMessage()), refused);
      }
      credential.ifPresent(known -> {
        String pair = known.user() + ":" + known.password();
        auths
            .putObject(server(image))
            .put("auth", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
      });
    }
    Path file = folder.resolve("config.json");
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    MAPPER.writeValue(file.toFile(), document);
    return new Config(folder);
  }

  private static String server(ImageReference image) {
    return image.registry().equals(ImageReference.DOCKER_HUB)
        ? "https://index.docker.io/v1/"
        : image.registry();
  }
}
