package io.slipway.local.part;

import io.slipway.infra.KafkaAcls;
import io.slipway.local.state.LocalCertificates;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.StateFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What each service gets in its properties file ({@code docs/interfaces.md}, section 6). Values
 * only; others write them.
 */
public final class ServiceConfigs {
  public static final String ADMINISTRATOR = "slipway-administrator";

  /** The one database. */
  public static final String DATABASE = "slipway";

  private final PlatformSettings settings;
  private final StateFolder state;
  private final LocalCertificates certificates;
  private final Function<String, String> databasePassword;

  /**
   * @param databasePassword password by database role
   */
  public ServiceConfigs(
      PlatformSettings settings,
      StateFolder state,
      LocalCertificates certificates,
      Function<String, String> databasePassword) {
    this.settings = settings;
    this.state = state;
    this.certificates = certificates;
    this.databasePassword = databasePassword;
  }

  /** Of identity-service. */
  public Map<String, String> identity() {
    Map<String, String> config = service(ports().identity());
    config.putAll(database("identity"));
    config.put("slipway.arm-resource", armResource());
    config.put("slipway.public-url", ports().publicUrl());
    config.put("slipway.tenant-id", settings.tenantId());
    config.put("slipway.subscription-id", settings.subscriptionId());
    config.put("slipway.identity.clients-dir", state.secrets().toString());
    config.put("slipway.identity.keyset-file", keyset("identity").toString());
    return config;
  }

  /** Of credential-broker. */
  public Map<String, String> broker() {
    Map<String, String> config = service(ports().broker());
    config.putAll(database("broker"));
    config.putAll(client("slipway-credential-broker"));
    config.put("slipway.arm-resource", armResource());
    config.put("slipway.identity-url", url(ports().identity()));
    config.put("slipway.task-api-url", url(ports().taskApi()));
    config.put("slipway.broker.keyset-file", keyset("broker").toString());
    config.put("slipway.broker.open-networks", openPlaces());
    config.put("slipway.ca-file", certificates.authority().toString());
    return config;
  }

  /** Of task-api. */
  public Map<String, String> taskApi() {
    Map<String, String> config = service(ports().taskApi());
    config.putAll(database("taskapi"));
    config.putAll(client("slipway-task-api"));
    config.putAll(kafka(KafkaAcls.TASK_API));
    config.put("slipway.arm-resource", armResource());
    config.put("slipway.public-url", ports().publicUrl());
    config.put("slipway.tenant-id", settings.tenantId());
    config.put("slipway.subscription-id", settings.subscriptionId());
    config.put("slipway.identity-url", url(ports().identity()));
    config.put("slipway.broker-url", url(ports().broker()));
    config.put("slipway.registry-url", url(ports().registryManagement()));
    config.put("slipway.task-api.sources-dir", state.data("sources").toString());
    config.put("slipway.ca-file", certificates.authority().toString());
    return config;
  }

  /** Of the local registry. */
  public Map<String, String> registry() {
    Map<String, String> config = service(ports().registryManagement());
    config.putAll(client("slipway-registry"));
    config.put("slipway.identity-url", url(ports().identity()));
    config.put("slipway.task-api-url", url(ports().taskApi()));
    config.put("slipway.ca-file", certificates.authority().toString());
    config.put("slipway.registry.data-dir", state.data("registry").toString());
    config.put(
        "slipway.registry.ports", ports().firstLoginServer() + "-" + ports().lastLoginServer());
    config.put("slipway.registry.realm", ports().publicUrl() + "/oauth2/token");
    config.putAll(registryCertificate());
    return config;
  }

  /** Of the demo's stand-in for the public registry. */
  public Map<String, String> upstream() {
    Map<String, String> config = new TreeMap<>();
    config.put("quarkus.http.host", "127.0.0.1");
    config.put("quarkus.http.port", Integer.toString(0));
    config.put("quarkus.management.port", Integer.toString(0));
    config.put("slipway.registry.mode", "upstream");
    config.put("slipway.registry.data-dir", state.demo().resolve("upstream").toString());
    config.put("slipway.registry.ports", ports().upstream() + "-" + ports().upstream());
    config.putAll(registryCertificate());
    return config;
  }

  /** Of a run agent, counted from 1. */
  public Map<String, String> agent(int number) {
    String name = "run-agent-" + number;
    Map<String, String> config = part(ports().agent(number));
    config.putAll(client("slipway-run-agent"));
    config.putAll(kafka(KafkaAccounts.agent(number)));
    config.put("slipway.identity-url", url(ports().identity()));
    config.put("slipway.broker-url", url(ports().broker()));
    config.put("slipway.task-api-url", url(ports().taskApi()));
    config.put("slipway.ca-file", certificates.authority().toString());
    config.put("slipway.agent.name", name);
    config.put("slipway.agent.pool", "default");
    config.put("slipway.agent.machine-agents", Integer.toString(settings.agents()));
    // "slipway down" waits for it, see KeptPart: what has not ended by then is handed back.
    config.put("slipway.agent.drain-limit", "PT8S");
    config.put("slipway.agent.open-networks", openPlaces());
    config.put("slipway.agent.closed-ports", ports().frontDoor() + "-" + ports().last());
    config.put("slipway.agent.data-dir", state.data("agents").resolve(name).toString());
    config.put("slipway.agent.upstreams", PlatformSettings.text(settings.effectiveUpstreams()));
    return config;
  }

  /**
   * What runs and bindings may call of this machine: the registries, where their tokens come from,
   * and the demo's stand-ins; nothing else of the platform.
   */
  private String openPlaces() {
    String registries = ports().firstLoginServer() + "-" + ports().lastLoginServer();
    String open = "127.0.0.1:%s,localhost:%d".formatted(registries, ports().frontDoor());
    return settings.standIns()
        ? open + ",127.0.0.1:%d-%d".formatted(ports().upstream(), ports().git())
        : open;
  }

  private Map<String, String> service(int port) {
    Map<String, String> config = part(port);
    config.put("quarkus.management.host", "127.0.0.1");
    config.put("quarkus.management.port", Integer.toString(ports().management(port)));
    return config;
  }

  private Map<String, String> part(int port) {
    Map<String, String> config = new TreeMap<>();
    config.put("quarkus.http.host", "127.0.0.1");
    config.put("quarkus.http.port", Integer.toString(port));
    config.put("slipway.issuer", ports().publicUrl() + "/adfs");
    return config;
  }

  private Map<String, String> database(String role) {
    String address = "postgresql://127.0.0.1:" + ports().postgres() + "/" + DATABASE;
    return Map.of(
        "quarkus.datasource.jdbc.url",
        "jdbc:" + address,
        "quarkus.datasource.reactive.url",
        address,
        "quarkus.datasource.username",
        role,
        "quarkus.datasource.password",
        databasePassword.apply(role));
  }

  private Map<String, String> kafka(String user) {
    Map<String, String> kafka =
        new TreeMap<>(
            new KafkaAccounts(state, settings)
                .access()
                .configuration(ports().kafkaBootstrap(), user));
    kafka.put("slipway.kafka.topic-prefix", "");
    return kafka;
  }

  private Map<String, String> client(String id) {
    return Map.of(
        "slipway.client.id",
        id,
        "slipway.client.secret-file",
        state.secrets().resolve(id + ".secret").toString());
  }

  private Map<String, String> registryCertificate() {
    return Map.of(
        "slipway.registry.certificate-file", certificates.certificate().toString(),
        "slipway.registry.key-file", certificates.key().toString());
  }

  private Path keyset(String service) {
    return state.keys().resolve(service + ".keyset.json");
  }

  private String armResource() {
    return ports().publicUrl() + "/";
  }

  private Ports ports() {
    return settings.ports();
  }

  private static String url(int port) {
    return "http://127.0.0.1:" + port;
  }
}
