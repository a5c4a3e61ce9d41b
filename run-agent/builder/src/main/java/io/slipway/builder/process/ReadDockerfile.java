package io.slipway.builder.process;

import io.slipway.builder.EngineException;
import io.slipway.builder.OpenFile;
import io.slipway.builder.OpenFolder;
import io.slipway.builder.dockerfile.Dockerfile;
import io.slipway.builder.dockerfile.DockerfileException;
import io.slipway.builder.dockerfile.DockerfileParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Objects;

/** Reads a Dockerfile for an engine. */
public final class ReadDockerfile {
  private ReadDockerfile() {}

  /**
   * Reads one.
   *
   * @param path its real path: a link in it was put there since, and is not followed
   * @throws EngineException with cause {@code USER} if it is missing, too long or malformed
   */
  public static Dockerfile of(Path path) throws EngineException, IOException {
    try (OpenFolder folder = OpenFolder.openReal(Objects.requireNonNull(path.getParent()));
        OpenFile file = folder.file(path.getFileName().toString());
        InputStream in = file.stream()) {
      byte[] text = in.readNBytes(DockerfileParser.LONGEST + 1);
      if (text.length > DockerfileParser.LONGEST) {
        throw EngineException.user(
            "the Dockerfile is longer than " + DockerfileParser.LONGEST + " characters");
      }
      return DockerfileParser.parse(new String(text, StandardCharsets.UTF_8));
    } catch (FileSystemException none) {
      throw EngineException.user(
          "unable to prepare context: there is no Dockerfile '" + path.getFileName() + "'", none);
    } catch (DockerfileException malformed) {
      throw EngineException.user(malformed);
    }
  }
}
