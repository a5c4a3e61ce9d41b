package io.slipway.local.command;

import io.slipway.local.part.Health;
import io.slipway.local.part.Parts;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.Preflight;
import io.slipway.local.supervisor.Supervisor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows of each part whether it is running and ready. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows whether each part is ready; exit code 0 if all are.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private StateOption state;

  @Override
  public Integer call() {
    PlatformSettings settings = state.running();
    StateFolder folder = state.folder();
    boolean all = Files.exists(Supervisor.readyFile(folder));
    for (Map.Entry<String, Health> part : parts(settings).entrySet()) {
      boolean ready = part.getValue().ready();
      all &= ready;
      System.out.printf(
          "%-18s %-9s %s%n",
          part.getKey(), ready ? "ready" : "not ready", process(folder, part.getKey()));
    }
    System.out.printf("%-18s %-9s %s%n", "front door", "", settings.ports().publicUrl());
    Optional<String> full = Preflight.fullDisk(folder.root());
    full.ifPresent(System.out::println);
    return all && full.isEmpty() ? 0 : 1;
  }

  private static Map<String, Health> parts(PlatformSettings settings) {
    Ports ports = settings.ports();
    Map<String, Health> parts = new LinkedHashMap<>();
    parts.put("kafka", new Health.Listening(ports.kafka()));
    parts.put("postgres", new Health.Listening(ports.postgres()));
    parts.put("identity-service", service(ports, ports.identity()));
    parts.put("credential-broker", service(ports, ports.broker()));
    parts.put("registry", service(ports, ports.registryManagement()));
    parts.put("task-api", service(ports, ports.taskApi()));
    for (int number = 1; number <= settings.agents(); number++) {
      parts.put("run-agent-" + number, Health.Answering.ready(ports.agent(number)));
    }
    if (settings.standIns()) {
      parts.put(Parts.UPSTREAM, new Health.Listening(ports.upstream()));
      parts.put("git-server", new Health.Listening(ports.git()));
    }
    return parts;
  }

  private static Health service(Ports ports, int port) {
    return Health.Answering.ready(ports.management(port));
  }

  private static String process(StateFolder folder, String part) {
    try {
      return "process " + Files.readString(folder.pid(part)).strip();
    } catch (IOException none) {
      return "";
    }
  }
}
