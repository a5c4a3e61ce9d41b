package io.slipway.infra;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import org.apache.commons.io.FileUtils;

/**
 * Holds Kafka and PostgreSQL for the tests of one build: a process of its own that ends, together
 * with both, when the build does.
 */
public final class TestInfraHolder {
  private TestInfraHolder() {}

  /** Arguments: folder to live in, folder of Kafka's jars, process id of the build. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    ProcessHandle build = ProcessHandle.of(Long.parseLong(arguments[2])).orElseThrow();
    try (RunningInfra infra =
        ContainerInfra.WANTED ? ContainerInfra.start() : processes(folder, Path.of(arguments[1]))) {
      publish(folder, infra);
      build.onExit().join();
    } finally {
      Files.deleteIfExists(folder.resolve("addresses.properties"));
      FileUtils.deleteDirectory(folder.resolve("kafka").toFile());
      FileUtils.deleteDirectory(folder.resolve("postgres").toFile());
    }
  }

  private static RunningInfra processes(Path folder, Path jars) throws IOException {
    List<Integer> ports = freePorts();
    PostgresProcess postgres =
        PostgresProcess.start(
            new PostgresProcess.Settings(
                folder.resolveSibling("programs"),
                folder.resolve("postgres"),
                folder.resolve("postgres.log"),
                ports.get(0)));
    KafkaProcess kafka =
        KafkaProcess.start(
            new KafkaProcess.Settings(
                jars,
                folder.resolve("kafka"),
                folder.resolve("kafka.log"),
                ports.get(1),
                ports.get(2)));
    return new RunningInfra(
        kafka.bootstrap(),
        postgres.port(),
        postgres.superuserPassword(),
        () -> {
          kafka.close();
          postgres.close();
        });
  }

  private static void publish(Path folder, RunningInfra infra) throws IOException {
    Properties addresses = new Properties();
    addresses.setProperty("kafka.bootstrap", infra.kafkaBootstrap());
    addresses.setProperty("postgres.port", Integer.toString(infra.postgresPort()));
    addresses.setProperty("postgres.password", infra.superuserPassword());
    Path scratch =
        Files.createTempFile(
            folder,
            "addresses",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (var writer = Files.newBufferedWriter(scratch)) {
      addresses.store(writer, null);
    }
    Files.move(scratch, folder.resolve("addresses.properties"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<Integer> freePorts() throws IOException {
    try (ServerSocket first = new ServerSocket(0);
        ServerSocket second = new ServerSocket(0);
        ServerSocket third = new ServerSocket(0)) {
      return List.of(first.getLocalPort(), second.getLocalPort(), third.getLocalPort());
    }
  }
}
