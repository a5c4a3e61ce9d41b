package io.slipway.builder.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slipway.builder.ContainerEngine;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.docker.DockerEngine;
import io.slipway.infra.DockerDaemon;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One private Docker engine for all test classes of this JVM. */
public final class Docker {
  private static DockerDaemon daemon;

  private Docker() {}

  /** Starts it at the first call; the test is skipped, with the reason, where that cannot be. */
  public static synchronized DockerDaemon daemon() {
    if (daemon == null) {
      Path unpacked =
          Path.of(System.getProperty("slipway.root", "../.."), "target/docker-engine")
              .toAbsolutePath()
              .normalize();
      Optional<String> obstacle = DockerDaemon.obstacle(unpacked);
      obstacle.ifPresent(why -> System.out.println("Skipped, no Docker engine: " + why));
      assumeTrue(obstacle.isEmpty(), () -> "no Docker engine: " + obstacle.get());
      daemon = DockerDaemon.start(unpacked, List.of());
    }
    return daemon;
  }

  /** Our engine that drives it. */
  public static ContainerEngine engine(Path folder) throws Exception {
    DockerDaemon running = daemon();
    return DockerEngine.open(
        new DockerOptions(running.client().toString(), running.host(), folder, false, false),
        Optional.empty());
  }
}
