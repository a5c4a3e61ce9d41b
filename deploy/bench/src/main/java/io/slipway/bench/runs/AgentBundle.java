package io.slipway.bench.runs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What an agent tells its OCI runtime about a container, seen while one is starting: so that the
 * bare runtime is measured with the very rights, filter of system calls, mounts and limits that the
 * agents' containers have.
 */
final class AgentBundle {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIMIT_MILLIS = 30_000;
  private static final long POLL_MILLIS = 2;
  private static final int DEPTH = 4;

  private AgentBundle() {}

  /**
   * Waits for a container.
   *
   * @param state folder of the platform, whose agents' containers count alone
   * @return the {@code config.json} of the first that is seen
   * @throws IOException if none was seen within 30 s
   */
  static JsonNode await(Path state) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LIMIT_MILLIS);
    while (System.nanoTime() < end) {
      Optional<JsonNode> seen = look(state);
      if (seen.isPresent()) {
        return seen.get();
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException("no container of an agent was seen within " + LIMIT_MILLIS + " ms");
  }

  private static Optional<JsonNode> look(Path state) throws IOException {
    for (Path folder : Stream.of(Path.of("/dev/shm"), state.resolve("agents")).toList()) {
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> all = Files.find(folder, DEPTH, (path, about) -> isConfig(path))) {
        Optional<JsonNode> own =
            all.flatMap(AgentBundle::read)
                .filter(config -> config.at("/root/path").asText().startsWith(state + "/"))
                .findFirst();
        if (own.isPresent()) {
          return own;
        }
      } catch (UncheckedIOException gone) {
        // A container ended meanwhile, and its folder with it.
      }
    }
    return Optional.empty();
  }

  private static boolean isConfig(Path path) {
    return path.endsWith("bundle/config.json");
  }

  private static Stream<JsonNode> read(Path file) {
    try {
      return Stream.of(JSON.readTree(file.toFile()));
    } catch (IOException halfWritten) {
      return Stream.empty();
    }
  }
}
