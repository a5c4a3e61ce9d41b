package io.slipway.agent;

import io.slipway.agent.config.AgentConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings of an agent in a test. */
public final class TestAgentConfig {
  private TestAgentConfig() {}

  /**
   * Settings with which nothing is reachable, and those of a test over them.
   *
   * @param folder the agent's own
   * @param services address of all services
   * @param over further settings, by their full names
   */
  public static AgentConfig of(Path folder, String services, Map<String, String> over)
      throws Exception {
    Path secret = folder.resolve("client.secret");
    Files.writeString(secret, "s3cret".repeat(8));
    Map<String, String> values = new HashMap<>();
    for (String key : List.of("identity-url", "broker-url", "task-api-url")) {
      values.put("slipway." + key, services);
    }
    values.put("slipway.client.id", "slipway-run-agent");
    values.put("slipway.client.secret-file", secret.toString());
    values.put("slipway.agent.name", "a");
    values.put("slipway.agent.pool", "default");
    values.put("slipway.agent.slots", "1");
    values.put("slipway.agent.data-dir", folder.toString());
    values.put("slipway.agent.engine", "builtin");
    values.put("slipway.agent.open-networks", "127.0.0.0/8");
    values.put("slipway.agent.log-limit", "1000000");
    values.putAll(over);
    return mapped(values);
  }

  /**
   * Those settings and no others. One at a time: the classes that hold them are made when they are
   * first needed, and whoever comes while only the outer one is there never finds the inner one.
   */
  public static synchronized AgentConfig mapped(Map<String, String> values) {
    return new SmallRyeConfigBuilder()
        .withMapping(AgentConfig.class)
        .withDefaultValues(values)
        .build()
        .getConfigMapping(AgentConfig.class);
  }
}
