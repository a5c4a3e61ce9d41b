package io.slipway.builder.rootless;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine as an ordinary user, whom root makes for the test. */
@Timeout(180)
class RootlessTest {
  private static final String USER = "slwtest" + ProcessHandle.current().pid() % 10_000;

  @TempDir static Path folder;

  private static String classPath;

  @BeforeAll
  static void makeUser() throws Exception {
    boolean root = System.getProperty("user.name").equals("root");
    if (!root) {
      System.out.println("Skipped, rootless: only root can make a user for it");
    }
    if (!root) {
      System.out.println("RootlessTest is skipped: only root can make a user");
    }
    assumeTrue(root, "only root can make a user");
    call("useradd", "--create-home", "--shell", "/bin/sh", USER);
    open(folder);
    classPath = copied(Files.createDirectories(folder.resolve("classes")));
  }

  @AfterAll
  static void dropUser() throws Exception {
    if (classPath != null) {
      call("userdel", "--remove", USER);
    }
  }

  /** What this JVM runs with may lie where another user cannot read. */
  private static String copied(Path to) throws Exception {
    List<String> entries = new ArrayList<>();
    int number = 0;
    for (String entry : System.getProperty("java.class.path").split(":")) {
      Path from = Path.of(entry);
      if (!Files.exists(from)) {
        continue;
      }
      Path copy = to.resolve(number++ + "-" + from.getFileName());
      if (Files.isDirectory(from)) {
        copyFolder(from, copy);
      } else {
        Files.copy(from, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      entries.add(copy.toString());
    }
    call("chmod", "-R", "a+rX", to.toString());
    return String.join(":", entries);
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
        }
      }
    }
  }

  private static void open(Path path) throws Exception {
    for (Path each = path; each.startsWith("/tmp/"); each = each.getParent()) {
      call("chmod", "a+x", each.toString());
    }
  }

  private static void call(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }

  /** Starts the program as the user, as an agent is started. */
  private static String program(String launcher, String... namespace) throws Exception {
    Path home = Path.of("/home", USER, launcher + namespace.length);
    List<String> command = new ArrayList<>(List.of("runuser", "-u", USER, "--"));
    command.addAll(List.of(namespace));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            RootlessProgram.class.getName(),
            home.toString(),
            launcher));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.directory(new File("/"));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin");
    builder.environment().put("HOME", "/home/" + USER);
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.println(said);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  private static void assertBuilds(String said) {
    assertThat(said)
        .contains("built 0 gone new l new")
        // Without root there are no control groups here, and nobody may believe otherwise.
        .contains("keeps limits: false")
        .containsPattern("without RUN sha256:[0-9a-f]{64}")
        .contains("network reached")
        .containsPattern("isolated 0 a/home/\\S+/context\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldBuildAndRunWithUsersOfItsOwn(String launcher) throws Exception {
    String said = program(launcher, "unshare", "-U", "--map-root-user", "--map-auto", "--");
    assertBuilds(said);
    assertThat(said)
        .contains("owner works changed", "user works 1000")
        .contains("those of /etc/subuid, without root");
  }

  @ParameterizedTest
  @ValueSource(strings = {"crun", "runc"})
  void shouldBuildAndRunWithOneUserAndNameWhatIsMissing(String launcher) throws Exception {
    String said = program(launcher, "unshare", "-U", "--map-root-user", "--");
    assertBuilds(said);
    assertThat(said)
        .contains("note: this agent runs without root", "uidmap", "/etc/subuid")
        .containsPattern("owner refused: .*The command '/bin/sh -c touch /f && chown 1000:1001 /f")
        .containsPattern("user refused: user 1000:1001 is not available to this agent.*uidmap");
  }
}
