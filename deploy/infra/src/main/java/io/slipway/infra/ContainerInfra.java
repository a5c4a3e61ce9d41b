package io.slipway.infra;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** Kafka and PostgreSQL from containers, where {@code -Pcontainers} asks for them. */
final class ContainerInfra {
  /** System property with the kind of infrastructure: {@code processes} or {@code containers}. */
  static final String KIND = "slipway.infra";

  /** System property with the image of Kafka. */
  static final String KAFKA_IMAGE = "slipway.containers.kafka-image";

  /** System property with the image of PostgreSQL. */
  static final String POSTGRES_IMAGE = "slipway.containers.postgres-image";

  static final boolean WANTED = "containers".equals(System.getProperty(KIND));

  private ContainerInfra() {}

  /** Starts both; fails with the reason where no Docker engine answers. */
  static RunningInfra start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new InfraException(
          "-Pcontainers: no Docker engine answers (DOCKER_HOST="
              + System.getenv().getOrDefault("DOCKER_HOST", "unset")
              + "). Start one, or build without -Pcontainers: the tests then start Kafka and PostgreSQL as processes.");
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String password = HexFormat.of().formatHex(random);
    KafkaContainer kafka =
        new KafkaContainer(
                image(KAFKA_IMAGE, "apache/kafka:4.4.0").asCompatibleSubstituteFor("apache/kafka"))
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR", "1")
            .withEnv("KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR", "1")
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withLogConsumer(ContainerInfra::log);
    PostgreSQLContainer postgres =
        new PostgreSQLContainer(
                image(POSTGRES_IMAGE, "postgres:18").asCompatibleSubstituteFor("postgres"))
            .withUsername("postgres")
            .withPassword(password)
            .withDatabaseName("postgres")
            .withCommand("postgres", "-c", "max_connections=200")
            .withLogConsumer(ContainerInfra::log);
    kafka.start();
    postgres.start();
    return new RunningInfra(
        kafka.getBootstrapServers(),
        postgres.getFirstMappedPort(),
        password,
        () -> {
          kafka.stop();
          postgres.stop();
        });
  }

  /** What containers print goes to the log of the process that holds them. */
  private static void log(OutputFrame frame) {
    System.out.print(frame.getUtf8String());
  }

  private static DockerImageName image(String property, String usual) {
    return DockerImageName.parse(System.getProperty(property, usual));
  }
}
