package io.slipway.infra;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Testcontainers' Kafka and PostgreSQL, as {@code -Pcontainers} starts them, on a Docker engine and
 * with images of our own: so that way is tried also where no registry can be reached. Skipped, with
 * the reason printed, where no Docker engine can be started.
 */
class ContainerInfraIT extends TestInfraContract {
  private static final Path ROOT =
      Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();

  @TempDir private static Path folder;
  private static DockerDaemon docker;
  private static Process holder;
  private static Properties addresses;

  @BeforeAll
  static void start() throws Exception {
    Path unpacked = ROOT.resolve("target/docker-engine");
    Optional<String> obstacle = DockerDaemon.obstacle(unpacked);
    obstacle.ifPresent(reason -> System.out.println("ContainerInfraIT is skipped: " + reason));
    assumeTrue(obstacle.isEmpty(), obstacle.orElse(""));
    docker = DockerDaemon.start(unpacked, List.of("--ip", "127.0.0.1"));
    Path jars = ROOT.resolve("deploy/infra/kafka-server/target/lib");
    LocalImages images = new LocalImages(docker, folder);
    images.kafka(jars);
    images.postgres();
    addresses = hold(jars);
  }

  @AfterAll
  static void stop() {
    if (holder != null) {
      // Its end is the end of the build: here, of this test.
      holder.descendants().forEach(ProcessHandle::destroy);
      holder.destroy();
      holder.onExit().join();
    }
    if (docker != null) {
      docker.close();
    }
  }

  @Override
  TestInfra infra() {
    return new TestInfra(addresses);
  }

  /** The holder that a build with {@code -Pcontainers} has. */
  private static Properties hold(Path jars) throws IOException, InterruptedException {
    Path target = ROOT.resolve("deploy/infra/target");
    Path home = Files.createDirectories(folder.resolve("holder"));
    Path log = folder.resolve("holder.log");
    Map<String, String> properties =
        Map.of(
            ContainerInfra.KIND, "containers",
            ContainerInfra.KAFKA_IMAGE, LocalImages.KAFKA,
            ContainerInfra.POSTGRES_IMAGE, LocalImages.POSTGRES);
    ProcessBuilder builder =
        new ProcessBuilder(
                TestInfra.holderCommand(
                    target, home, jars, ProcessHandle.current(), properties::get))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "DOCKER_HOST", docker.host(),
                "TESTCONTAINERS_RYUK_DISABLED", "true",
                "TESTCONTAINERS_CHECKS_DISABLE", "true",
                "TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1"));
    holder = builder.start();
    while (true) {
      Optional<Properties> found = TestInfra.read(home);
      if (found.isPresent()) {
        return found.get();
      }
      if (!holder.isAlive()) {
        throw new AssertionError("containers did not start:\n" + Files.readString(log));
      }
      Thread.sleep(100);
    }
  }
}
