package io.slipway.taskapi.body;

import com.fasterxml.jackson.databind.JsonNode;
import io.slipway.contract.agent.Platform;
import io.slipway.taskapi.definition.RegistryCredential;
import io.slipway.taskapi.definition.RunSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what tasks and the requests of quick runs both say about how to run. */
final class SettingsReader {
  private static final List<String> OS = List.of("linux", "windows");
  private static final List<String> ARCHITECTURES = List.of("amd64", "x86", "386", "arm", "arm64");
  private static final List<String> VARIANTS = List.of("v6", "v7", "v8");
  private static final List<String> LOGIN_MODES = List.of(RunSettings.NO_LOGIN, "Default");

  private final Problems problems;
  private final String at;
  private final Map<String, @Nullable RegistryCredential> registries = new LinkedHashMap<>();

  /**
   * A reader.
   *
   * @param at where the fields are, for messages; empty for the body itself
   */
  SettingsReader(Problems problems, String at) {
    this.problems = problems;
    this.at = at;
  }

  /** Reads platform, agentConfiguration, timeout (seconds), credentials and logTemplate. */
  RunSettings read(JsonNode body) {
    Platform platform = platform(body.path("platform"));
    JsonNode agent = body.path("agentConfiguration");
    int cpu = problems.number(agent, Problems.at(at, "agentConfiguration"), "cpu", 2, 1, 64);
    pool(problems, body, at);
    return new RunSettings(
        platform,
        new RunSettings.AgentConfiguration(cpu),
        problems.number(body, at, "timeout", 3600, 300, 28_800),
        credentials(body.path("credentials")),
        problems.text(body, at, "logTemplate"));
  }

  /** Login server to credential; null where the body names one without. */
  Map<String, @Nullable RegistryCredential> registries() {
    return registries;
  }

  /** Refuses a pool: there is one, and it has no name. */
  static void pool(Problems problems, JsonNode body, String at) {
    String pool = problems.text(body, at, "agentPoolName");
    if (pool != null && !pool.isBlank()) {
      problems.add(
          Problems.at(at, "agentPoolName"),
          "is '"
              + pool
              + "', but agent pools are not supported by Slipway: leave it out, then the agents of"
              + " this platform take the run");
    }
  }

  private Platform platform(JsonNode body) {
    String in = Problems.at(at, "platform");
    String os = problems.oneOf(body, in, "os", "linux", OS);
    if (os.equals("windows")) {
      problems.add(
          in + ".os", "is 'windows', which is not supported by Slipway: its agents run linux");
    }
    String architecture = problems.oneOf(body, in, "architecture", "amd64", ARCHITECTURES);
    String variant = problems.oneOf(body, in, "variant", "", VARIANTS);
    return new Platform(os, architecture, variant.isEmpty() ? null : variant);
  }

  private RunSettings.Credentials credentials(JsonNode body) {
    RunSettings.SourceRegistry source = source(body.path("sourceRegistry"));
    Map<String, @Nullable Void> servers = new LinkedHashMap<>();
    JsonNode custom = body.path("customRegistries");
    String in = Problems.at(at, "credentials.customRegistries");
    if (!problems.few(custom, in, BodyLimits.REGISTRIES)) {
      return new RunSettings.Credentials(source, servers);
    }
    for (Map.Entry<String, JsonNode> entry : custom.properties()) {
      if (entry.getKey().length() > BodyLimits.TEXT) {
        problems.add(in, "has a login server of more than " + BodyLimits.TEXT + " characters");
        continue;
      }
      servers.put(entry.getKey(), null);
      registries.put(entry.getKey(), credential(entry.getValue()));
    }
    return new RunSettings.Credentials(source, servers);
  }

  private RunSettings.@Nullable SourceRegistry source(JsonNode body) {
    if (!body.isObject()) {
      return null;
    }
    String in = Problems.at(at, "credentials.sourceRegistry");
    return new RunSettings.SourceRegistry(
        problems.oneOf(body, in, "loginMode", "Default", LOGIN_MODES),
        problems.text(body, in, "identity"));
  }

  private static @Nullable RegistryCredential credential(JsonNode body) {
    return body.isNull()
        ? null
        : new RegistryCredential(
            body.path("identity").asText(""),
            secret(body.path("userName")),
            secret(body.path("password")));
  }

  private static RegistryCredential.@Nullable Secret secret(JsonNode body) {
    return body.isObject()
        ? new RegistryCredential.Secret(
            body.path("value").asText(""), body.path("type").asText("Opaque"))
        : null;
  }
}
