package io.slipway.infra;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Real Kafka and PostgreSQL for tests, started once per build and shared by all its test JVMs. Each
 * JVM has a topic prefix of its own, each database is fresh.
 */
public final class TestInfra {
  private static @Nullable TestInfra shared;

  private final String bootstrap;
  private final int postgresPort;
  private final String postgresPassword;
  private final String topicPrefix;

  TestInfra(Properties addresses) {
    bootstrap = addresses.getProperty("kafka.bootstrap");
    postgresPort = Integer.parseInt(addresses.getProperty("postgres.port"));
    postgresPassword = addresses.getProperty("postgres.password");
    topicPrefix = "t" + random(4) + ".";
  }

  /**
   * A fresh database with one role and schema.
   *
   * @param jdbcUrl for JDBC
   * @param reactiveUrl for the reactive client
   * @param user role
   * @param password its password
   */
  public record Database(String jdbcUrl, String reactiveUrl, String user, String password) {
    /** Configuration of a Quarkus service that uses it. */
    public Map<String, String> config() {
      return Map.of(
          "quarkus.datasource.jdbc.url", jdbcUrl,
          "quarkus.datasource.reactive.url", reactiveUrl,
          "quarkus.datasource.username", user,
          "quarkus.datasource.password", password);
    }
  }

  /** The one of this build; started by whoever asks first. */
  public static synchronized TestInfra shared() {
    TestInfra found = shared;
    if (found == null) {
      found = new TestInfra(findOrStart());
      shared = found;
    }
    return found;
  }

  public String kafkaBootstrap() {
    return bootstrap;
  }

  /** Prefix of this JVM's topics. */
  public String topicPrefix() {
    return topicPrefix;
  }

  /** Makes Slipway's topics with a prefix. */
  public void createTopics(String prefix) {
    KafkaTopics.create(bootstrap, prefix, "default");
  }

  /** Makes a database that nobody has used, with a role and schema of the given name. */
  public Database newDatabase(String role) {
    String database = "test_" + random(6);
    String password = random(16);
    // Roles are shared by all databases of the server, so each test database has its own.
    String owner = role + "_" + random(4);
    try (Connection connection =
            PostgresProcess.connect(postgresPort, "postgres", postgresPassword);
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + database);
      statement.execute("create role " + owner + " login password '" + password + "'");
    } catch (SQLException failed) {
      throw new InfraException("test database could not be created", failed);
    }
    try (Connection connection = PostgresProcess.connect(postgresPort, database, postgresPassword);
        Statement statement = connection.createStatement()) {
      statement.execute("create schema " + role + " authorization " + owner);
      statement.execute(
          "alter role " + owner + " in database " + database + " set search_path = " + role);
    } catch (SQLException failed) {
      throw new InfraException("test schema could not be created", failed);
    }
    String address = "postgresql://127.0.0.1:" + postgresPort + "/" + database;
    return new Database("jdbc:" + address, address, owner, password);
  }

  private static Properties findOrStart() {
    Path root = Path.of(System.getProperty("slipway.root", ".")).toAbsolutePath().normalize();
    ProcessHandle build = topmostJava();
    Path folder = root.resolve("deploy/infra/target/test-infra/" + build.pid());
    try {
      Files.createDirectories(folder);
      try (FileChannel channel =
              FileChannel.open(
                  folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        Optional<Properties> found = read(folder);
        return found.isPresent() ? found.get() : start(root, folder, build);
      }
    } catch (IOException failed) {
      throw new InfraException("test infrastructure could not be started", failed);
    }
  }

  private static Properties start(Path root, Path folder, ProcessHandle build) throws IOException {
    Path jars = root.resolve("deploy/infra/kafka-server/target/lib");
    if (!Files.isDirectory(jars)) {
      throw new InfraException(
          "Kafka's jars are not in "
              + jars
              + ": run mvn -pl deploy/infra/kafka-server package first.");
    }
    Path home = root.resolve("deploy/infra/target");
    Path log = folder.resolve("holder.log");
    Process holder =
        new ProcessBuilder(holderCommand(home, folder, jars, build, System::getProperty))
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long end = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (System.nanoTime() < end) {
      Optional<Properties> found = read(folder);
      if (found.isPresent()) {
        return found.get();
      }
      if (!holder.isAlive()) {
        throw new InfraException("test infrastructure ended: " + Files.readString(log));
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new InfraException("interrupted", interrupted);
      }
    }
    throw new InfraException("test infrastructure was not ready in time, see " + log);
  }

  /** Words that start the holder; {@code property} has the system properties to hand on. */
  static List<String> holderCommand(
      Path home,
      Path folder,
      Path jars,
      ProcessHandle build,
      Function<String, @Nullable String> property) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    for (String name :
        List.of(ContainerInfra.KIND, ContainerInfra.KAFKA_IMAGE, ContainerInfra.POSTGRES_IMAGE)) {
      String value = property.apply(name);
      if (value != null && !value.isEmpty()) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(
        List.of(
            "-cp",
            home.resolve("classes") + File.pathSeparator + home.resolve("lib") + "/*",
            TestInfraHolder.class.getName(),
            folder.toString(),
            jars.toString(),
            Long.toString(build.pid())));
    return command;
  }

  static Optional<Properties> read(Path folder) throws IOException {
    Path file = folder.resolve("addresses.properties");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties addresses = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      addresses.load(reader);
    }
    return Optional.of(addresses);
  }

  /** Maven's JVM if Maven started the test, else the JVM that did. */
  private static ProcessHandle topmostJava() {
    ProcessHandle topmost = ProcessHandle.current();
    for (Optional<ProcessHandle> parent = topmost.parent();
        parent.isPresent();
        parent = parent.get().parent()) {
      if (parent.get().info().command().map(c -> c.endsWith("/java")).orElse(false)) {
        topmost = parent.get();
      }
    }
    return topmost;
  }

  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
