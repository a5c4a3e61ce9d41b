package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code properties} of a task's body into the form that is stored: complete with
 * defaults, checked, and without secrets, which come out apart. What it does not know is dropped,
 * so that nothing secret can hide in it. Pure.
 */
final class TaskReader {
  private static final List<String> SWITCH = List.of("Enabled", "Disabled");
  private static final List<String> OS = List.of("linux", "windows");
  private static final List<String> ARCHITECTURES = List.of("amd64", "x86", "386", "arm", "arm64");
  private static final List<String> VARIANTS = List.of("v6", "v7", "v8");

  private final Problems problems = new Problems();
  private final SecretCollector secrets = new SecretCollector();
  private final Map<String, @Nullable JsonNode> registries = new LinkedHashMap<>();

  private TaskReader() {}

  /**
   * What a body comes to.
   *
   * @param properties to be stored
   * @param secrets name to value; null where the body names a secret without its value
   * @param registries login server to credential; null where the body names one without
   */
  record Result(
      ObjectNode properties,
      Map<String, @Nullable String> secrets,
      Map<String, @Nullable JsonNode> registries) {
    @Override
    public String toString() { // without the values
      return "Result[" + secrets.keySet() + ", " + registries.keySet() + "]";
    }
  }

  /** Reads the properties; fails with 400 naming all that is wrong. */
  static Result read(JsonNode body) {
    TaskReader reader = new TaskReader();
    ObjectNode properties = reader.properties(body);
    reader.problems.throwIfAny();
    return new Result(properties, reader.secrets.found(), reader.registries);
  }

  private ObjectNode properties(JsonNode body) {
    String at = "properties";
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("status", problems.oneOf(body, at, "status", "Enabled", SWITCH));
    read.set("platform", platform(body.path("platform")));
    read.putObject("agentConfiguration")
        .put(
            "cpu",
            problems.number(
                body.path("agentConfiguration"), at + ".agentConfiguration", "cpu", 2, 1, 64));
    String pool = problems.text(body, at, "agentPoolName");
    if (pool != null && !pool.isBlank()) {
      problems.add(at + ".agentPoolName: there is no agent pool '" + pool + "'");
    }
    read.put("timeout", problems.number(body, at, "timeout", 3600, 300, 28_800));
    boolean system = problems.flag(body, at, "isSystemTask", false);
    JsonNode step = body.path("step");
    if (step.isObject()) {
      read.set("step", new TaskStepReader(problems, secrets).read(step));
    } else if (!system) {
      problems.add(at + ".step is missing");
    }
    read.set("trigger", new TriggerReader(problems, secrets).read(body.path("trigger")));
    read.set("credentials", credentials(body.path("credentials")));
    read.put("logTemplate", problems.text(body, at, "logTemplate"));
    read.put("isSystemTask", system);
    return read;
  }

  private ObjectNode platform(JsonNode body) {
    String at = "properties.platform";
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("os", problems.oneOf(body, at, "os", "linux", OS));
    read.put("architecture", problems.oneOf(body, at, "architecture", "amd64", ARCHITECTURES));
    String variant = problems.oneOf(body, at, "variant", "", VARIANTS);
    read.put("variant", variant.isEmpty() ? null : variant);
    return read;
  }

  private ObjectNode credentials(JsonNode body) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    JsonNode source = body.path("sourceRegistry");
    if (source.isObject()) {
      String at = "properties.credentials.sourceRegistry";
      ObjectNode kept = read.putObject("sourceRegistry");
      kept.put(
          "loginMode",
          problems.oneOf(source, at, "loginMode", "Default", List.of("None", "Default")));
      kept.put("identity", problems.text(source, at, "identity"));
    }
    ObjectNode custom = read.putObject("customRegistries");
    body.path("customRegistries")
        .properties()
        .forEach(entry -> {
          custom.putNull(entry.getKey());
          JsonNode value = entry.getValue();
          registries.put(entry.getKey(), value.isNull() ? null : value);
        });
    return read;
  }

  /** Secrets that were met. */
  static final class SecretCollector {
    private final Map<String, @Nullable String> found = new LinkedHashMap<>();

    /** Remembers a secret; null if its value is not given and what is stored stays. */
    void add(String name, @Nullable String value) {
      found.put(name, value);
    }

    Map<String, @Nullable String> found() {
      return found;
    }
  }

  static ArrayNode texts(Problems problems, JsonNode parent, String path, String name) {
    ArrayNode read = JsonNodeFactory.instance.arrayNode();
    JsonNode list = parent.path(name);
    if (list.isMissingNode() || list.isNull()) {
      return read;
    }
    if (!list.isArray()) {
      problems.add(path + "." + name + " must be a list");
      return read;
    }
    for (JsonNode item : list) {
      if (item.isTextual()) {
        read.add(item.textValue());
      } else {
        problems.add(path + "." + name + " must be a list of texts");
      }
    }
    return read;
  }
}
