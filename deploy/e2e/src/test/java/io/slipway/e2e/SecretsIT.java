package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Plants secrets, uses them, and looks for them wherever they must not be. */
@Order(6)
class SecretsIT {
  private static final Platform PLATFORM = Platform.shared();
  private static final Cast CAST = new Cast(PLATFORM);
  private static final Services SERVICES = new Services(PLATFORM);
  private static final PlantedSecrets SECRETS = new PlantedSecrets();
  private static final ConcurrentLinkedQueue<String> processes = new ConcurrentLinkedQueue<>();
  private static final Map<String, String> workspaces = new ConcurrentHashMap<>();
  private static GitServer git;

  @BeforeAll
  static void plantAndUse() throws Exception {
    SECRETS.add("password of a task credential", "planted-Passw0rd-7f31c9a4");
    SECRETS.add("secret value of a run", "planted-Value-55aa10ee7d");
    try (Stream<Path> files = Files.list(PLATFORM.state().resolve("secrets"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".secret")).toList()) {
        SECRETS.add(file.getFileName().toString(), Files.readString(file).strip());
      }
    }
    for (String service : List.of("task-api", "identity-service", "credential-broker")) {
      SECRETS.add(
          "database password of " + service,
          SERVICES.config(service).getProperty("quarkus.datasource.password"));
    }
    assertThat(SECRETS.all()).hasSizeGreaterThan(7).doesNotContainValue(null);
    git = new GitServer(Path.of("target/git-secrets"));
    String context =
        git.repository(
            "secrets",
            Map.of(
                "Dockerfile-app",
                "ARG REGISTRY_NAME\n"
                    + "FROM ${REGISTRY_NAME}/baseimages/node:15-alpine\n"
                    + "RUN node -e \"setTimeout(function () {}, 3000)\"\n"));
    String principal = CAST.task("secrettask", CAST.buildAndPush("secrets", context));
    CAST.grantPull(principal);
    CAST.credential("secrettask");
    CAST.credential(
        "secrettask",
        "127.0.0.1:9",
        "-u",
        "planted-user",
        "-p",
        SECRETS.value("password of a task credential"));
    Thread watcher = new Thread(SecretsIT::watchProcesses);
    watcher.setDaemon(true);
    watcher.start();
    PLATFORM.az(
        "acr",
        "task",
        "run",
        "--name",
        "secrettask",
        "--registry",
        Cast.REGISTRY,
        "--set-secret",
        "planted=" + SECRETS.value("secret value of a run"));
    CAST.run("helloworldtask").succeeded();
    watcher.interrupt();
    watcher.join();
  }

  @AfterAll
  static void stop() {
    git.close();
  }

  @Test
  void shouldHaveNoneInATopic() {
    var records = Topic.everything(PLATFORM);

    assertThat(records).hasSizeGreaterThan(10);
    for (var record : records) {
      StringBuilder text = new StringBuilder(text(record.value())).append(text(record.key()));
      record.headers().forEach(header -> text.append(text(header.value())));
      clean("topic " + record.topic(), text.toString());
    }
  }

  @Test
  void shouldHaveNoneInATable() throws Exception {
    int rows = 0;
    for (String service : List.of("task-api", "identity-service", "credential-broker")) {
      Properties config = SERVICES.config(service);
      try (Connection database =
          DriverManager.getConnection(
              config.getProperty("quarkus.datasource.jdbc.url"),
              config.getProperty("quarkus.datasource.username"),
              config.getProperty("quarkus.datasource.password"))) {
        for (String table : tables(database)) {
          try (Statement statement = database.createStatement();
              ResultSet result = statement.executeQuery("select t::text from " + table + " t")) {
            while (result.next()) {
              rows++;
              String row = result.getString(1);
              clean(service + " table " + table, row);
              clean(service + " table " + table + ", binary columns", PlantedSecrets.bytesOf(row));
            }
          }
        }
      }
    }
    assertThat(rows).isGreaterThan(20);
  }

  @Test
  void shouldHaveNoneInALogFileOrWorkspaceOrStore() throws Exception {
    int files = 0;
    for (String folder : List.of("logs", "agents", "registry", "demo", "kafka")) {
      Path path = PLATFORM.state().resolve(folder);
      if (Files.isDirectory(path)) {
        files += cleanFolder(path);
      }
    }
    assertThat(files).isGreaterThan(5);
  }

  @Test
  void shouldHaveNoneInAnyProcessThatWasSeen() {
    assertThat(processes).hasSizeGreaterThan(20);
    processes.forEach(seen -> clean("a process", seen));
  }

  @Test
  void shouldHaveNoneInAWorkspaceWhileItsRunLasted() {
    assertThat(workspaces.keySet()).anyMatch(file -> file.endsWith("Dockerfile-app"));
    assertThat(workspaces).allSatisfy((file, leak) -> assertThat(leak).as(file).isEmpty());
  }

  @Test
  void shouldHaveNoneInAnAnswerOrALog() {
    String task = "--name";
    clean(
        "task",
        PLATFORM
            .az("acr", "task", "show", task, "secrettask", "--registry", Cast.REGISTRY)
            .succeeded()
            .all());
    clean(
        "credentials",
        PLATFORM
            .az(
                "acr",
                "task",
                "credential",
                "list",
                task,
                "secrettask",
                "--registry",
                Cast.REGISTRY)
            .succeeded()
            .all());
    clean(
        "runs",
        PLATFORM.az("acr", "task", "list-runs", "--registry", Cast.REGISTRY).succeeded().all());
    clean("demo", PLATFORM.demoOutput());
    clean("log", PLATFORM.az("acr", "task", "logs", "--registry", Cast.REGISTRY).succeeded().all());
  }

  /** {@code --set-secret} of a task, and of one run over it. */
  @Test
  void shouldHandSecretValuesToTheStepThatAsksForThem() throws IOException {
    // Given
    Workshop.shared();
    Path file =
        Files.writeString(
            Platform.freshFolder("task").resolve("task.yaml"),
            """
            version: v1.1.0
            steps:
              - cmd: $Registry/base/shell:1 bash -c 'echo "${#WORD} characters, $WORD"'
                env: ["WORD={{ .Values.word }}"]
            """);
    String made =
        PLATFORM
            .az(
                "acr",
                "task",
                "create",
                "--registry",
                Cast.REGISTRY,
                "--name",
                "setsecret",
                "--context",
                "/dev/null",
                "--file",
                file.toString(),
                "--set-secret",
                "word=of-the-task-4411")
            .succeeded()
            .all();

    // When
    String plain = CAST.run("setsecret").succeeded().all();
    String other =
        PLATFORM
            .az(
                "acr",
                "task",
                "run",
                "--registry",
                Cast.REGISTRY,
                "--name",
                "setsecret",
                "--set-secret",
                "word=of-this-one-run-only-9")
            .succeeded()
            .all();
    String again = CAST.run("setsecret").succeeded().all();

    // Then
    assertThat(plain).contains("16 characters, ***");
    assertThat(other).contains("22 characters, ***");
    assertThat(again).contains("16 characters, ***");
    for (String printed : List.of(made, plain, other, again)) {
      assertThat(printed).doesNotContain("of-the-task-4411").doesNotContain("of-this-one-run-only");
    }
  }

  /** A search that finds nothing must be able to find something. */
  @Test
  void shouldFindWhatIsThere() {
    String planted = SECRETS.value("secret value of a run");
    byte[] bytes = planted.getBytes(StandardCharsets.UTF_8);
    for (String form :
        List.of(
            planted,
            Base64.getEncoder().encodeToString(bytes),
            HexFormat.of().formatHex(bytes),
            "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJlLXNpZ25hdHVyZQ")) {
      assertThat(SECRETS.in("x " + form + " y")).as(form).isNotNull();
    }
  }

  /** Looks into each file that is there; how many it were. A run that ends deletes its files. */
  private static int cleanFolder(Path folder) throws IOException {
    AtomicInteger count = new AtomicInteger();
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && attributes.size() < 4_000_000) {
              String text = read(file);
              count.addAndGet(text.isEmpty() ? 0 : 1);
              clean("file " + file, text);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException vanished) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException vanished) {
            return FileVisitResult.CONTINUE;
          }
        });
    return count.get();
  }

  private static void clean(String where, String text) {
    assertThat(SECRETS.in(text)).as(where).isNull();
  }

  /** Arguments and environment of every process of this machine's Slipway, again and again. */
  private static void watchProcesses() {
    long own = ProcessHandle.current().pid();
    while (!Thread.currentThread().isInterrupted()) {
      for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
        String line = read(Path.of("/proc/" + process.pid() + "/cmdline"));
        // What the test itself hands to the Azure CLI is the test's business, not the platform's.
        if (process.pid() != own && !line.contains("--set-secret") && !line.contains("surefire")) {
          processes.add(line + "\n" + read(Path.of("/proc/" + process.pid() + "/environ")));
        }
      }
      watchWorkspaces();
      try {
        Thread.sleep(150);
      } catch (InterruptedException over) {
        return;
      }
    }
  }

  /** Every file of a run's workspace that is there now, with the secret that is in it, if any. */
  private static void watchWorkspaces() {
    for (String agent : List.of("run-agent-1", "run-agent-2")) {
      Path runs = PLATFORM.state().resolve("agents").resolve(agent).resolve("runs");
      try (Stream<Path> walk = Files.walk(runs)) {
        walk.filter(Files::isRegularFile)
            .limit(2000)
            .forEach(file ->
                workspaces.merge(
                    file.toString(), Objects.toString(SECRETS.in(read(file)), ""), String::concat));
      } catch (IOException | UncheckedIOException vanished) {
        // A run that ends meanwhile deletes its files.
      }
    }
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException gone) {
      return "";
    }
  }

  private static List<String> tables(Connection database) throws Exception {
    List<String> tables = new ArrayList<>();
    try (Statement statement = database.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
                    + " where schemaname not in ('pg_catalog', 'information_schema')"
                    // Each service has a schema of its own and may not look into the others.
                    + " and case when has_schema_privilege(schemaname, 'usage') then"
                    + " has_table_privilege(quote_ident(schemaname) || '.' ||"
                    + " quote_ident(tablename), 'select') else false end")) {
      while (result.next()) {
        tables.add(result.getString(1));
      }
    }
    return tables;
  }

  private static String text(byte[] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
