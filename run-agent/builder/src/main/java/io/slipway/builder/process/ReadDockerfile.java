package io.slipway.builder.process;

import io.slipway.builder.EngineException;
import io.slipway.builder.dockerfile.Dockerfile;
import io.slipway.builder.dockerfile.DockerfileException;
import io.slipway.builder.dockerfile.DockerfileParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a Dockerfile for an engine. */
public final class ReadDockerfile {
  private ReadDockerfile() {}

  /**
   * Reads one.
   *
   * @throws EngineException with cause {@code USER} if it is missing, too long or malformed
   */
  public static Dockerfile of(Path path) throws EngineException, IOException {
    if (!Files.isRegularFile(path)) {
      throw EngineException.user(
          "unable to prepare context: there is no Dockerfile '" + path.getFileName() + "'");
    }
    if (Files.size(path) > DockerfileParser.LONGEST) {
      throw EngineException.user(
          "the Dockerfile is longer than " + DockerfileParser.LONGEST + " characters");
    }
    try {
      return DockerfileParser.parse(Files.readString(path));
    } catch (DockerfileException malformed) {
      throw EngineException.user(malformed);
    }
  }
}
