package io.slipway.taskapi.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.Problems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what tasks and the requests of quick runs both say about how to run. Pure. */
public final class SettingsReader {
  private static final List<String> OS = List.of("linux", "windows");
  private static final List<String> ARCHITECTURES = List.of("amd64", "x86", "386", "arm", "arm64");
  private static final List<String> VARIANTS = List.of("v6", "v7", "v8");

  private final Problems problems;
  private final String at;
  private final Map<String, @Nullable JsonNode> registries = new LinkedHashMap<>();

  /**
   * A reader.
   *
   * @param at where the fields are, for messages; empty for the body itself
   */
  public SettingsReader(Problems problems, String at) {
    this.problems = problems;
    this.at = at;
  }

  /** Adds platform, agentConfiguration, timeout (seconds), credentials and logTemplate. */
  public void read(JsonNode body, ObjectNode read) {
    read.set("platform", platform(body.path("platform")));
    read.putObject("agentConfiguration")
        .put(
            "cpu",
            problems.number(
                body.path("agentConfiguration"),
                Problems.at(at, "agentConfiguration"),
                "cpu",
                2,
                1,
                64));
    pool(problems, body, at);
    read.put("timeout", problems.number(body, at, "timeout", 3600, 300, 28_800));
    read.set("credentials", credentials(body.path("credentials")));
    read.put("logTemplate", problems.text(body, at, "logTemplate"));
  }

  /** Login server to credential; null where the body names one without. */
  public Map<String, @Nullable JsonNode> registries() {
    return registries;
  }

  /** There is one pool, which has no name. */
  public static void pool(Problems problems, JsonNode body, String at) {
    String pool = problems.text(body, at, "agentPoolName");
    if (pool != null && !pool.isBlank()) {
      problems.add(
          Problems.at(at, "agentPoolName"), "is given, but there is no agent pool '" + pool + "'");
    }
  }

  private ObjectNode platform(JsonNode body) {
    String in = Problems.at(at, "platform");
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    read.put("os", problems.oneOf(body, in, "os", "linux", OS));
    read.put("architecture", problems.oneOf(body, in, "architecture", "amd64", ARCHITECTURES));
    String variant = problems.oneOf(body, in, "variant", "", VARIANTS);
    read.put("variant", variant.isEmpty() ? null : variant);
    return read;
  }

  private ObjectNode credentials(JsonNode body) {
    ObjectNode read = JsonNodeFactory.instance.objectNode();
    JsonNode source = body.path("sourceRegistry");
    if (source.isObject()) {
      String in = Problems.at(at, "credentials.sourceRegistry");
      ObjectNode kept = read.putObject("sourceRegistry");
      kept.put(
          "loginMode",
          problems.oneOf(source, in, "loginMode", "Default", List.of("None", "Default")));
      kept.put("identity", problems.text(source, in, "identity"));
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
}
