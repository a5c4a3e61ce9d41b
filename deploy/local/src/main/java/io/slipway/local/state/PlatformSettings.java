package io.slipway.local.state;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What one platform was set up with, kept so that it starts the same way again.
 *
 * @param ports its ports; they never change, because issuer and login servers hold them
 * @param agents number of run agents
 * @param upstreams mirrors to import from, registry to base address
 * @param standIns whether the demo's upstream registry and git host run along
 * @param tenantId the one tenant
 * @param subscriptionId the one subscription
 */
public record PlatformSettings(
    Ports ports,
    int agents,
    Map<String, String> upstreams,
    boolean standIns,
    String tenantId,
    String subscriptionId) {

  /** Agents unless said otherwise. */
  public static final int AGENTS = 2;

  /** Port base unless said otherwise. */
  public static final int PORT_BASE = 8443;

  /** Settings of a new platform. */
  public static PlatformSettings fresh(int portBase) {
    return new PlatformSettings(
        new Ports(portBase),
        AGENTS,
        Map.of(),
        false,
        UUID.randomUUID().toString(),
        UUID.randomUUID().toString());
  }

  /** The same with another number of agents. */
  public PlatformSettings withAgents(int number) {
    ports.agent(number);
    return new PlatformSettings(ports, number, upstreams, standIns, tenantId, subscriptionId);
  }

  /** The same with other mirrors. */
  public PlatformSettings withUpstreams(Map<String, String> other) {
    return new PlatformSettings(ports, agents, other, standIns, tenantId, subscriptionId);
  }

  /** The same with or without the demo's stand-ins. */
  public PlatformSettings withStandIns(boolean wanted) {
    return new PlatformSettings(ports, agents, upstreams, wanted, tenantId, subscriptionId);
  }

  /** Mirrors that the agents use: those given, and the stand-in for what has none. */
  public Map<String, String> effectiveUpstreams() {
    Map<String, String> all = new TreeMap<>(upstreams);
    if (standIns) {
      all.putIfAbsent("docker.io", "https://127.0.0.1:" + ports.upstream());
    }
    return all;
  }

  /** Reads them from a state folder; empty if there was never a platform. */
  public static Optional<PlatformSettings> load(StateFolder state) {
    Path file = file(state);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Properties kept = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      kept.load(reader);
      return Optional.of(
          new PlatformSettings(
              new Ports(Integer.parseInt(required(kept, "port-base"))),
              Integer.parseInt(required(kept, "agents")),
              parseUpstreams(kept.getProperty("upstreams", "")),
              Boolean.parseBoolean(kept.getProperty("stand-ins")),
              required(kept, "tenant-id"),
              required(kept, "subscription-id")));
    } catch (IOException | NumberFormatException unreadable) {
      throw new LocalException(
          file + " cannot be read: " + unreadable.getMessage() + ". Mend it or use --state DIR.");
    }
  }

  /** Keeps them. */
  public void save(StateFolder state) {
    PrivateFiles.writeProperties(
        file(state),
        Map.of(
            "port-base", Integer.toString(ports.base()),
            "agents", Integer.toString(agents),
            "upstreams", text(upstreams),
            "stand-ins", Boolean.toString(standIns),
            "tenant-id", tenantId,
            "subscription-id", subscriptionId));
  }

  /** As {@code registry=address,registry=address}. */
  public static String text(Map<String, String> upstreams) {
    return new TreeMap<>(upstreams)
        .entrySet().stream()
            .map(upstream -> upstream.getKey() + "=" + upstream.getValue())
            .collect(Collectors.joining(","));
  }

  private static Map<String, String> parseUpstreams(String text) {
    Map<String, String> upstreams = new TreeMap<>();
    for (String upstream : text.split(",")) {
      int equals = upstream.indexOf('=');
      if (equals > 0) {
        upstreams.put(upstream.substring(0, equals), upstream.substring(equals + 1));
      }
    }
    return upstreams;
  }

  private static String required(Properties kept, String key) throws IOException {
    String value = kept.getProperty(key);
    if (value == null) {
      throw new IOException(key + " is missing");
    }
    return value;
  }

  private static Path file(StateFolder state) {
    return state.root().resolve("platform.properties");
  }
}
