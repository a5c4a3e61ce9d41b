package io.slipway.local.part;

import io.slipway.infra.PostgresProcess;
import io.slipway.local.state.Keysets;
import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.PrivateFiles;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The parts of one platform in the order in which they are started; each group needs the one
 * before.
 *
 * @param infrastructure Kafka and PostgreSQL
 * @param services the services, and the stand-in for the public registry where there is one
 * @param agents the run agents
 */
public record Parts(List<Part> infrastructure, List<Part> services, List<Part> agents) {
  private static final List<String> ROLES = List.of("identity", "broker", "taskapi");
  private static final List<String> CLIENTS =
      List.of(
          "slipway-task-api",
          "slipway-credential-broker",
          "slipway-run-agent",
          "slipway-registry",
          ServiceConfigs.ADMINISTRATOR);

  /** Name of the demo's stand-in for the public registry. */
  public static final String UPSTREAM = "upstream-registry";

  /** Writes what the parts need (secrets, keys, certificates, configuration) and describes them. */
  public static Parts prepare(Project project, StateFolder state, PlatformSettings settings) {
    LocalCertificates certificates = new LocalCertificates(state.tls(), InstantSource.system());
    certificates.ensure();
    CLIENTS.forEach(client -> PrivateFiles.secret(state.secrets().resolve(client + ".secret")));
    Keysets.ensure(state.keys().resolve("identity.keyset.json"));
    Keysets.ensure(state.keys().resolve("broker.keyset.json"));
    Map<String, String> passwords = new LinkedHashMap<>();
    for (String role : ROLES) {
      passwords.put(role, PrivateFiles.secret(state.keys().resolve("db-" + role + ".password")));
    }
    ServiceConfigs configs =
        new ServiceConfigs(settings, state, certificates, role -> passwords.getOrDefault(role, ""));
    Ports ports = settings.ports();
    Services services = new Services(project, state);

    List<Part> servers =
        new ArrayList<>(
            List.of(
                services.small(
                    "identity-service", ports.management(ports.identity()), configs.identity()),
                services.small(
                    "credential-broker", ports.management(ports.broker()), configs.broker()),
                services.small("task-api", ports.management(ports.taskApi()), configs.taskApi()),
                services.part(
                    "registry",
                    List.of(),
                    "deploy/registry",
                    ServicePart.SMALL,
                    configs.registry(),
                    Health.Answering.ready(ports.management(ports.registryManagement())))));
    if (settings.standIns()) {
      servers.add(
          services.part(
              UPSTREAM,
              List.of(),
              "deploy/registry",
              ServicePart.SMALL,
              configs.upstream(),
              new Health.Listening(ports.upstream())));
    }
    List<Part> agents = new ArrayList<>();
    List<String> namespace = UserNamespace.words();
    for (int number = 1; number <= settings.agents(); number++) {
      agents.add(
          services.part(
              "run-agent-" + number,
              namespace,
              "run-agent",
              ServicePart.WORKSHOP,
              configs.agent(number),
              Health.Answering.started(ports.agent(number))));
    }
    return new Parts(infrastructure(project, state, settings, passwords), servers, agents);
  }

  /** All of them, in that order. */
  public List<Part> all() {
    return Stream.of(infrastructure, services, agents).flatMap(List::stream).toList();
  }

  private static List<Part> infrastructure(
      Project project,
      StateFolder state,
      PlatformSettings settings,
      Map<String, String> passwords) {
    return List.of(
        KafkaPart.of(project, state, settings),
        new PostgresPart(
            new PostgresProcess.Settings(
                state.data("programs"),
                state.data("postgres"),
                state.log("postgres"),
                settings.ports().postgres()),
            ServiceConfigs.DATABASE,
            passwords));
  }

  /** Describes services, writing the properties file of each. */
  private record Services(Project project, StateFolder state) {
    Part small(String name, int port, Map<String, String> config) {
      return part(name, List.of(), name, ServicePart.SMALL, config, Health.Answering.ready(port));
    }

    Part part(
        String name,
        List<String> before,
        String module,
        List<String> options,
        Map<String, String> config,
        Health health) {
      Path file = state.config().resolve(name + ".properties");
      Map<String, String> all =
          state.settings().over(config, module.equals("run-agent") ? module : name);
      PrivateFiles.writeProperties(file, all);
      return new ServicePart(
          name, before, project.serviceJar(module), options, file, state.log(name), health);
    }
  }
}
