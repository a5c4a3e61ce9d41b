package io.slipway.local.state;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The checkout that holds the built parts.
 *
 * @param root its top folder
 */
public record Project(Path root) {

  /** The one that {@code ./slipway} was started from. */
  public static Project here() {
    String root = System.getProperty("slipway.root");
    if (root == null) {
      throw new LocalException("Start this program with ./slipway.");
    }
    return new Project(Path.of(root).toAbsolutePath().normalize());
  }

  /** The runnable jar of a service. */
  public Path serviceJar(String module) {
    return built(root.resolve(module).resolve("target/quarkus-app/quarkus-run.jar"));
  }

  /** The folder of the Kafka broker's jars. */
  public Path kafkaJars() {
    return built(root.resolve("deploy/infra/kafka-server/target/lib"));
  }

  /** The folder of the sample application. */
  public Path sample() {
    return root.resolve("deploy/demo/samples/helloworld-node");
  }

  /** The folder with the repair of the Azure CLI. */
  public Path azRepair() {
    return root.resolve("deploy/local/az");
  }

  private static Path built(Path path) {
    if (!Files.exists(path)) {
      throw new LocalException(path + " is not there: build the project with mvn package.");
    }
    return path;
  }
}
