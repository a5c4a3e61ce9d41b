package io.slipway.e2e;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.contract.EventType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What tests of task files need, once for all of them: the platform, its API and events, and a
 * small base image.
 */
public final class Workshop {
  /** Longest that a test waits for a run. */
  static final Duration RUN_LIMIT = Duration.ofMinutes(4);

  private static Workshop shared;

  private final Platform platform;
  private final Api api;
  private final EventTap events;

  /** One on a platform of the caller's own. */
  Workshop(Platform platform) {
    this.platform = platform;
    Map<String, String> environment = platform.environment();
    this.api = new Api(environment, Cast.REGISTRY);
    this.events = EventTap.open(platform.kafka("event-reader"));
    platform.slipway("samples", "shell").succeeded();
  }

  /** The one on the shared platform, which the first caller starts. */
  public static synchronized Workshop shared() {
    if (shared == null) {
      shared = new Workshop(Platform.shared());
    }
    return shared;
  }

  /** The platform. */
  public Platform platform() {
    return platform;
  }

  /** The API of the registry that the demo made. */
  public Api api() {
    return api;
  }

  EventTap events() {
    return events;
  }

  /**
   * Runs a task file to its end, or to its refusal when the task is made.
   *
   * @param yaml the file without its version line
   * @param values values of templates, see {@link #values}
   */
  RunEnd run(String yaml, String... values) {
    return begin(yaml, values).get();
  }

  /**
   * Runs task files side by side to their ends.
   *
   * @param files each by a name of the test's own
   */
  Map<String, RunEnd> runAll(Map<String, String> files) {
    Map<String, Supplier<RunEnd>> begun = new LinkedHashMap<>();
    files.forEach((name, yaml) -> begun.put(name, begin(yaml)));
    Map<String, RunEnd> ends = new LinkedHashMap<>();
    begun.forEach((name, end) -> ends.put(name, end.get()));
    return ends;
  }

  /** The same for files that differ in a word or line only, which is also their name. */
  Map<String, RunEnd> runAll(List<String> words, UnaryOperator<String> file) {
    Map<String, String> files = new LinkedHashMap<>();
    words.forEach(word -> files.put(word, file.apply(word)));
    return runAll(files);
  }

  /** Starts a run of a task that holds the file. */
  String start(String yaml, String... values) {
    String name = name(yaml, values);
    task(name, yaml, values);
    return startTask(name);
  }

  /** Starts a run and gives what waits for its end; a task that is refused has ended already. */
  private Supplier<RunEnd> begin(String yaml, String... values) {
    String name = name(yaml, values);
    Api.Answer made = put(name, yaml, values);
    if (made.status() == 400) {
      return () -> RunEnd.refused(made.message());
    }
    made.succeeded();
    String runId = startTask(name);
    return () -> end(runId);
  }

  private static String name(String yaml, String... values) {
    return "t-" + Integer.toHexString(Objects.hash(yaml, List.of(values)));
  }

  /** A quick run of a task file without a context. */
  ObjectNode request(String yaml, String... values) {
    ObjectNode request =
        Api.JSON
            .createObjectNode()
            .put("type", "EncodedTaskRunRequest")
            .put("encodedTaskContent", encoded(file(yaml)));
    request.putObject("platform").put("os", "Linux").put("architecture", "amd64");
    values(request.putArray("values"), values);
    return request;
  }

  /** Makes or replaces a task of a task file without a context. */
  public void task(String name, String yaml, String... values) {
    put(name, yaml, values).succeeded();
  }

  private Api.Answer put(String name, String yaml, String... values) {
    ObjectNode task = Api.JSON.createObjectNode().put("location", "local");
    ObjectNode properties = task.putObject("properties");
    properties.putObject("platform").put("os", "Linux").put("architecture", "amd64");
    ObjectNode step =
        properties
            .putObject("step")
            .put("type", "EncodedTask")
            .put("encodedTaskContent", encoded(file(yaml)));
    values(step.putArray("values"), values);
    return api.call("PUT", "/tasks/" + name, task);
  }

  /** Starts a run of a task. */
  public String startTask(String name) {
    return api.schedule(
        Api.JSON
            .createObjectNode()
            .put("type", "TaskRunRequest")
            .put("taskId", api.id("/tasks/" + name)));
  }

  /** Waits for the end of a run, until all of its log is stored. */
  RunEnd end(String runId) {
    var run = api.finished(runId, RUN_LIMIT);
    List<EventTap.Event> seen = events.of(runId);
    long bytes =
        seen.stream()
            .filter(event -> event.type() == EventType.RUN_COMPLETED)
            .mapToLong(event -> event.data().get("logBytes").asLong())
            .findFirst()
            .orElseThrow();
    Platform.await(
        "the log of %s has %d bytes".formatted(runId, bytes),
        Duration.ofSeconds(30),
        () -> api.logBytes(runId) >= bytes);
    return new RunEnd(runId, run, seen, api.log(runId));
  }

  /** Waits until a run's log holds a text. */
  void awaitLog(String runId, String text) {
    Platform.await(
        "'%s' is in the log of %s".formatted(text, runId),
        Duration.ofSeconds(90),
        () -> api.log(runId).contains(text));
  }

  /** Adds values; {@code secret:name=value} and names that begin with {@code secret} are secret. */
  static void values(ArrayNode array, String... values) {
    for (String value : values) {
      String[] pair = value.split("=", 2);
      array
          .addObject()
          .put("name", pair[0].replace("secret:", ""))
          .put("value", pair[1])
          .put("isSecret", pair[0].startsWith("secret"));
    }
  }

  static String file(String yaml) {
    return yaml.startsWith("version:") ? yaml : "version: v1.1.0\n" + yaml;
  }

  static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
