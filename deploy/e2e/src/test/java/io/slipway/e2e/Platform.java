package io.slipway.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A platform of the tests' own, started by {@code ./slipway demo} as a newcomer would, and stopped
 * when the tests are over.
 */
public final class Platform {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The build that runs these tests has built it. */
  private static final Map<String, String> BUILT = Map.of("SLIPWAY_BUILD", "no");

  private static final int FIRST_PORT = Integer.getInteger("slipway.e2e.port-base", 18443);

  private static Platform shared;
  private static AssertionError broken;

  private final Path root =
      Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();

  /** A platform that is already running, for work on the tests: {@code -Dslipway.e2e.state=DIR}. */
  private final String given = System.getProperty("slipway.e2e.state");

  private final Path state;
  private final int portBase;
  private final String demoOutput;
  private boolean stopped;

  private Platform(String name, int portBase) {
    this.state = given == null ? root.resolve("deploy/e2e/target/" + name) : Path.of(given);
    this.portBase = portBase;
    if (given != null) {
      demoOutput = "";
      return;
    }
    slipway("down");
    delete(state);
    setUp();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> slipway("down")));
    demoOutput =
        slipway(Duration.ofMinutes(8), "demo", "--port-base", "" + portBase).succeeded().all();
  }

  /** The platform that most tests share; the first caller starts it by running the demo. */
  static synchronized Platform shared() {
    if (broken != null) {
      throw new AssertionError("the platform did not start, see the first failure", broken);
    }
    if (shared == null) {
      try {
        shared = new Platform("state", FIRST_PORT);
      } catch (AssertionError failed) {
        broken = failed;
        throw failed;
      }
    }
    return shared;
  }

  /** A test has stopped it, as a reader of the README does: the next test run needs it again. */
  void stopped() {
    stopped = true;
  }

  /** Starts the shared one again, with its data, if a test has stopped it. */
  static synchronized void again() {
    if (shared != null && shared.stopped) {
      shared.slipway("up", "--detach", "--port-base", "" + shared.portBase).succeeded();
      shared.stopped = false;
    }
  }

  /** A second platform beside the shared one, for tests that kill and pause its parts. */
  static Platform forFaults() {
    return new Platform("state-faults", FIRST_PORT + 1_000);
  }

  /** What some tests need of a platform from its start. */
  private void setUp() {
    Map<String, String> agents = new HashMap<>(Vault.agents(this));
    // Low enough for a test to reach, high enough for all others.
    agents.put("slipway.agent.disk-limit", Long.toString(2L << 30));
    // Git hosts, archives and registries of tests are at ports of this machine that they find free.
    agents.put("slipway.agent.open-networks", "127.0.0.0/8");
    settings("run-agent", agents);
    settings(
        "credential-broker",
        Map.of(
            "slipway.broker.vault-hosts",
            "*.vault.test",
            "slipway.broker.open-networks",
            "127.0.0.0/8"));
    settings("identity-service", Map.of("slipway.identity.vault-resources", Vault.RESOURCE));
  }

  /**
   * Has the parts of a service start with these settings, as a platform's owner would write them.
   */
  void settings(String service, Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    settings.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    try {
      Path folder = Files.createDirectories(state.resolve("settings"));
      Files.writeString(folder.resolve(service + ".properties"), text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What the demo printed. */
  String demoOutput() {
    return demoOutput;
  }

  /** Folder of the project. */
  Path root() {
    return root;
  }

  /** Folder of its state. */
  public Path state() {
    return state;
  }

  /** First of its ports, which is the front door. */
  public int portBase() {
    return portBase;
  }

  /** A command of {@code ./slipway} about this platform. */
  public Command.Result slipway(String... words) {
    return slipway(Duration.ofMinutes(3), words);
  }

  Command.Result slipway(Duration limit, String... words) {
    List<String> command = new ArrayList<>(List.of(root.resolve("slipway").toString(), words[0]));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of(words).subList(1, words.length));
    return Command.run(root, BUILT, limit, command);
  }

  /** A script for bash in the project's folder, which says itself what platform it means. */
  Command.Result shell(Duration limit, String script, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(BUILT);
    environment.putAll(more);
    return Command.run(root, environment, limit, List.of("bash", "-c", script));
  }

  /** {@code ./slipway plan}, which needs no platform. */
  Command.Result plan(List<String> words) {
    List<String> command = new ArrayList<>(List.of(root.resolve("slipway").toString(), "plan"));
    command.addAll(words);
    return Command.run(root, BUILT, Duration.ofMinutes(1), command);
  }

  /** The unmodified Azure CLI, logged in as the administrator of this platform. */
  Command.Result az(String... words) {
    return az(root, words);
  }

  Command.Result az(Path folder, String... words) {
    List<String> command = new ArrayList<>(List.of(root.resolve("slipway").toString(), "az"));
    command.addAll(List.of("--state", state.toString()));
    command.addAll(List.of(words));
    return Command.run(folder, BUILT, Duration.ofMinutes(4), command);
  }

  JsonNode azJson(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--output", "json"));
    String out = az(all.toArray(String[]::new)).succeeded().out();
    try {
      return JSON.readTree(out);
    } catch (IOException unreadable) {
      throw new AssertionError("not valid JSON: " + out, unreadable);
    }
  }

  String azValue(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--output", "tsv"));
    return az(all.toArray(String[]::new)).succeeded().out().strip();
  }

  /** What {@code ./slipway env} exports. */
  public Map<String, String> environment() {
    Map<String, String> exports = new HashMap<>();
    for (String line : slipway("env").succeeded().out().lines().toList()) {
      String assignment = line.replaceFirst("^export ", "");
      int equals = assignment.indexOf('=');
      if (equals > 0) {
        exports.put(
            assignment.substring(0, equals),
            assignment.substring(equals + 1).replaceAll("^['\"]|['\"]$", ""));
      }
    }
    return exports;
  }

  /**
   * Settings of a Kafka client that logs in as a user: {@code event-reader}, {@code run-requester}
   * or {@code admin}.
   */
  public Map<String, Object> kafka(String user) {
    Properties properties = new Properties();
    Path file = state.resolve("config").resolve("kafka-" + user + ".properties");
    try (var text = Files.newBufferedReader(file)) {
      properties.load(text);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Map<String, Object> settings = new HashMap<>();
    properties.forEach((name, value) -> settings.put((String) name, value));
    return settings;
  }

  /** Process id of a part, from its pid file. */
  public ProcessHandle process(String part) {
    try {
      String pid = Files.readString(state.resolve("run").resolve(part + ".pid")).strip();
      return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** An empty folder of this module's build, which a clean deletes. */
  static Path freshFolder(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "folders").toAbsolutePath());
    return Files.createTempDirectory(folder, name + "-");
  }

  /** Deletes what an earlier run of the tests left. */
  static void delete(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Waits until something holds; fails after the limit. */
  public static void await(String what, Duration limit, BooleanSupplier condition) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      try {
        Thread.sleep(300);
      } catch (InterruptedException interrupted) {
        throw new AssertionError("interrupted", interrupted);
      }
    }
  }
}
