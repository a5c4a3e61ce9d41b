package io.slipway.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * One PostgreSQL server in a process of its own, on loopback. Its data stay. Everybody needs a
 * password (scram-sha-256), on loopback too, and commits are on disk when they are acknowledged.
 */
public final class PostgresProcess implements AutoCloseable {
  /** A commit is on disk when it is acknowledged; the rest makes many small ones cheap. */
  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "max_connections=200",
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "shared_buffers=96MB",
          "wal_buffers=16MB",
          // The first change of a page after a checkpoint writes the whole page: seldom then.
          "checkpoint_timeout=15min",
          "max_wal_size=1GB",
          "min_wal_size=256MB",
          // Hot tables change all the time; their settings say when they are due.
          "autovacuum_naptime=10s",
          "autovacuum_max_workers=2",
          // Short statements: neither compiled nor given to several processes.
          "jit=off",
          "max_parallel_workers_per_gather=0",
          "random_page_cost=1.1");

  private final ChildProcess process;
  private final Settings settings;
  private final String superuserPassword;

  private PostgresProcess(ChildProcess process, Settings settings, String superuserPassword) {
    this.process = process;
    this.settings = settings;
    this.superuserPassword = superuserPassword;
  }

  /**
   * Where it runs.
   *
   * @param programs folder that its programs are unpacked to
   * @param data folder of its data and of the superuser's password
   * @param log file of its output
   * @param port port for clients
   */
  public record Settings(Path programs, Path data, Path log, int port) {}

  /** Starts it and waits until it answers. */
  public static PostgresProcess start(Settings settings) {
    try {
      Path home = PostgresBinaries.unpacked(settings.programs());
      Files.createDirectories(settings.data());
      Path passwordFile = settings.data().resolve("superuser.password");
      Path cluster = settings.data().resolve("cluster");
      if (!Files.exists(cluster.resolve("PG_VERSION"))) {
        initialise(settings, home, cluster, passwordFile);
      }
      List<String> command = asPlainUser(home.resolve("bin/postgres").toString());
      command.addAll(List.of("-D", cluster.toString(), "-p", Integer.toString(settings.port())));
      SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
      ChildProcess process =
          ChildProcess.start("postgres", command, Map.of(), settings.data(), settings.log());
      PostgresProcess postgres =
          new PostgresProcess(process, settings, Files.readString(passwordFile).strip());
      try {
        Waiting.until(process, Duration.ofSeconds(60), postgres::answers);
      } catch (RuntimeException failed) {
        process.close();
        throw failed;
      }
      return postgres;
    } catch (IOException failed) {
      throw new InfraException("PostgreSQL could not be started: " + failed.getMessage(), failed);
    }
  }

  public ChildProcess process() {
    return process;
  }

  public int port() {
    return settings.port();
  }

  public Connection connect(String database) throws SQLException {
    return connect(settings.port(), database, superuserPassword);
  }

  static Connection connect(int port, String database, String password) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
  }

  String superuserPassword() {
    return superuserPassword;
  }

  /** Makes a database unless it is there. */
  public void createDatabase(String name) {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      var found =
          statement.executeQuery(
              "select 1 from pg_database where datname = '" + checked(name) + "'");
      if (!found.next()) {
        statement.execute("create database " + name);
        statement.execute("revoke all on database " + name + " from public");
      }
    } catch (SQLException failed) {
      throw new InfraException("database " + name + " could not be created", failed);
    }
  }

  /**
   * Makes a role with a schema of its own in a database, or gives the role that is there this
   * password.
   */
  public void createRoleWithSchema(String database, String role, String password) {
    checked(role);
    if (!password.matches("[0-9a-f]{32,}")) {
      throw new IllegalArgumentException("password must be hexadecimal");
    }
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      var found = statement.executeQuery("select 1 from pg_roles where rolname = '" + role + "'");
      String verb = found.next() ? "alter" : "create";
      statement.execute(verb + " role " + role + " login password '" + password + "'");
      statement.execute("grant connect on database " + database + " to " + role);
      statement.execute("create schema if not exists " + role + " authorization " + role);
      statement.execute(
          "alter role " + role + " in database " + database + " set search_path = " + role);
    } catch (SQLException failed) {
      throw new InfraException("role " + role + " could not be created", failed);
    }
  }

  private boolean answers() throws SQLException {
    try (Connection connection = connect("postgres")) {
      return connection.isValid(2);
    }
  }

  private static String checked(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a plain name: " + name);
    }
    return name;
  }

  private static void initialise(Settings settings, Path home, Path cluster, Path passwordFile)
      throws IOException {
    byte[] random = new byte[32];
    new SecureRandom().nextBytes(random);
    Files.deleteIfExists(passwordFile);
    Files.createFile(
        passwordFile,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(passwordFile, HexFormat.of().formatHex(random) + "\n");
    List<String> command = asPlainUser(home.resolve("bin/initdb").toString());
    command.addAll(
        List.of(
            "-D",
            cluster.toString(),
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--pwfile",
            passwordFile.toString(),
            "-E",
            "UTF8",
            "--no-locale"));
    ChildProcess initdb =
        ChildProcess.start("initdb", command, Map.of(), settings.data(), settings.log());
    if (initdb.onExit().join() != 0) {
      throw new InfraException("initdb failed, see " + settings.log());
    }
  }

  /**
   * PostgreSQL refuses to run as root. In a user namespace without a map, root appears to itself as
   * nobody, while its files stay its own.
   */
  private static List<String> asPlainUser(String program) {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "-U"));
    }
    command.add(program);
    return command;
  }

  @Override
  public void close() {
    process.close();
  }
}
