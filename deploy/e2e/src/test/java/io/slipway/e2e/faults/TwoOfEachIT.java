package io.slipway.e2e.faults;

import io.slipway.e2e.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances of each service and four agents; of each kind one is killed in turn, under load.
 * Services and agents reach the services by {@link RoundRobin}.
 */
@Tag("faults")
@Order(25)
class TwoOfEachIT {
  private static final Duration REST = Duration.ofSeconds(3);
  private static final Map<String, String> URLS =
      Map.of(
          "task-api", "slipway.task-api-url",
          "identity-service", "slipway.identity-url",
          "credential-broker", "slipway.broker-url");

  /** The services, in an order in which each finds those that it needs. */
  private static final List<String> SERVICES =
      List.of("identity-service", "credential-broker", "task-api");

  /** Parts that call services. */
  private static final List<String> CALLERS =
      List.of("credential-broker", "task-api", "registry", "run-agent-1", "run-agent-2");

  private final Platform platform = Stage.shared().platform();
  private final Parts parts = Stage.shared().parts();
  private final Map<String, ExtraInstance> extra = new LinkedHashMap<>();
  private final List<RoundRobin> proxies = new ArrayList<>();
  private final Map<Path, Properties> before = new LinkedHashMap<>();

  @Test
  void shouldLoseNothingWhenOneOfEachIsKilledInTurn() throws Exception {
    try {
      startSecondInstances();
      startFurtherAgents();
      new Trial(Stage.shared(), "two of each, one of each killed in turn").of(this::killInTurn);
    } finally {
      restore();
    }
  }

  private void startSecondInstances() throws IOException {
    Map<String, String> urls = new LinkedHashMap<>();
    for (String service : SERVICES) {
      ExtraInstance second = ExtraInstance.like(platform, service, service + "-second", urls);
      second.start();
      extra.put(service, second);
      Properties first = ExtraInstance.read(ExtraInstance.config(platform, service));
      RoundRobin proxy =
          RoundRobin.to(Integer.parseInt(first.getProperty("quarkus.http.port")), second.port());
      proxies.add(proxy);
      urls.put(URLS.get(service), proxy.url());
    }
    for (String caller : CALLERS) {
      Path file = ExtraInstance.config(platform, caller);
      before.put(file, ExtraInstance.read(file));
      Properties changed = ExtraInstance.read(file);
      urls.forEach((name, url) -> changed.computeIfPresent(name, (same, old) -> url));
      ExtraInstance.write(file, changed);
    }
    restartCallers();
  }

  private void startFurtherAgents() throws IOException {
    for (String name : List.of("run-agent-3", "run-agent-4")) {
      Path data = platform.state().resolve("agents").resolve(name);
      ExtraInstance agent =
          ExtraInstance.like(
              platform,
              "run-agent-1",
              name,
              Map.of("slipway.agent.name", name, "slipway.agent.data-dir", data.toString()));
      agent.start();
      extra.put(name, agent);
    }
  }

  /** One agent alone: a run that ended two agents is set aside. */
  private void killInTurn() throws Exception {
    for (String service : SERVICES) {
      System.out.println("faults: kill the first " + service);
      parts.killAndAwait(service);
      Thread.sleep(REST);
      System.out.println("faults: kill the second " + service);
      extra.get(service).killAndRestart();
      Thread.sleep(REST);
    }
    System.out.println("faults: kill run-agent-3");
    extra.get("run-agent-3").killAndRestart();
  }

  /** All at once: each waits for those that it needs. */
  private void restartCallers() {
    Map<String, ProcessHandle> old = new LinkedHashMap<>();
    CALLERS.forEach(part -> old.put(part, parts.terminate(part)));
    old.forEach(parts::awaitSuccessor);
  }

  private void restore() throws IOException {
    for (Map.Entry<Path, Properties> file : before.entrySet()) {
      ExtraInstance.write(file.getKey(), file.getValue());
    }
    if (!before.isEmpty()) {
      restartCallers();
    }
    extra.values().forEach(ExtraInstance::close);
    for (RoundRobin proxy : proxies) {
      proxy.close();
    }
    parts.awaitReady();
  }
}
