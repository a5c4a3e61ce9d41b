package io.slipway.taskapi.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.slipway.infra.ChildProcess;
import io.slipway.infra.TestInfra;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The platform around the service under test: Kafka and PostgreSQL, identity-service and
 * credential-broker as their builds made them.
 */
public final class Platform implements QuarkusTestResourceLifecycleManager {
  /** Little, so that the limit is easily met. */
  public static final int MOST_SOURCE_BYTES = 24 << 20;

  /** Of one registry at a time. */
  public static final int MOST_SOURCES = 50;

  /** Port at which a test may have a registry that is not of the platform, without TLS. */
  private final int elsewhere = Installation.freePort();

  public int elsewhere() {
    return elsewhere;
  }

  /** Few, so that the quota is easily met. */
  public static final int MOST_QUEUED = 1_200;

  private static Platform running;

  private final TestInfra infra = TestInfra.shared();
  private Installation installation;
  private RegistryStandIn registry;
  private ChildProcess identity;
  private ChildProcess broker;
  private TestInfra.Database database;
  private TestInfra.Database brokerDatabase;
  private final int identityHealth = Installation.freePort();
  private String identityUrl;
  private String brokerUrl;
  private int brokerPort;
  private int taskApiPort;

  public static Platform running() {
    return running;
  }

  public Installation installation() {
    return installation;
  }

  public RegistryStandIn registry() {
    return registry;
  }

  public TestInfra infra() {
    return infra;
  }

  public TestInfra.Database database() {
    return database;
  }

  public TestInfra.Database brokerDatabase() {
    return brokerDatabase;
  }

  /** Where uploaded source is. */
  public Path sources() {
    return installation.folder().resolve("sources");
  }

  public String identityUrl() {
    return identityUrl;
  }

  /** Where identity-service shows its health and metrics. */
  public String identityHealthUrl() {
    return "http://127.0.0.1:" + identityHealth;
  }

  public String brokerUrl() {
    return brokerUrl;
  }

  /** Stops the broker, until what this gives is closed. */
  public AutoCloseable withoutBroker() throws Exception {
    broker.close();
    return () -> broker = startBroker();
  }

  /** Stops identity-service in the middle of what it does, until what this gives is closed. */
  public AutoCloseable pausedIdentity() throws Exception {
    signal("-STOP", identity);
    return () -> signal("-CONT", identity);
  }

  private static void signal(String name, ChildProcess process) throws Exception {
    new ProcessBuilder("kill", name, Long.toString(process.pid())).inheritIO().start().waitFor();
  }

  @Override
  public Map<String, String> start() {
    try {
      infra.createTopics(infra.topicPrefix());
      installation = Installation.create();
      registry = new RegistryStandIn();
      int ownPort = Installation.freePort();
      startIdentity();
      taskApiPort = ownPort;
      brokerPort = Installation.freePort();
      brokerUrl = "http://127.0.0.1:" + brokerPort;
      brokerDatabase = infra.newDatabase("broker");
      broker = startBroker();
      registry.issuer(identityUrl);
      database = infra.newDatabase("taskapi");
      running = this;
      return own(ownPort);
    } catch (Exception failed) {
      stop();
      throw new IllegalStateException("the platform could not be started", failed);
    }
  }

  private Map<String, String> common() {
    Map<String, String> settings = new HashMap<>();
    settings.put("slipway.issuer", Installation.ISSUER);
    settings.put("slipway.arm-resource", Installation.ARM);
    settings.put("slipway.public-url", "https://localhost:8443");
    settings.put("slipway.tenant-id", Installation.TENANT);
    settings.put("slipway.subscription-id", Installation.SUBSCRIPTION);
    return settings;
  }

  private void startIdentity() throws Exception {
    int port = Installation.freePort();
    identityUrl = "http://127.0.0.1:" + port;
    Map<String, String> settings = common();
    settings.putAll(infra.newDatabase("identity").config());
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("slipway.identity.clients-dir", installation.clients().toString());
    settings.put(
        "slipway.identity.keyset-file",
        installation.folder().resolve("identity.keyset").toString());
    identity = ServiceProcess.start(installation, "identity-service", identityHealth, settings);
  }

  private ChildProcess startBroker() throws Exception {
    Map<String, String> settings = common();
    settings.putAll(brokerDatabase.config());
    settings.put("quarkus.http.port", Integer.toString(brokerPort));
    settings.put("slipway.identity-url", identityUrl);
    settings.put("slipway.task-api-url", "http://127.0.0.1:" + taskApiPort);
    settings.put("slipway.client.id", "slipway-credential-broker");
    settings.put(
        "slipway.client.secret-file",
        installation.clients().resolve("slipway-credential-broker.secret").toString());
    settings.put(
        "slipway.broker.keyset-file", installation.folder().resolve("broker.keyset").toString());
    settings.put("slipway.broker.insecure-registries", "127.0.0.1:" + elsewhere);
    return ServiceProcess.start(
        installation, "credential-broker", Installation.freePort(), settings);
  }

  private Map<String, String> own(int port) {
    Map<String, String> settings = common();
    settings.putAll(database.config());
    settings.put("quarkus.http.test-port", Integer.toString(port));
    settings.put("kafka.bootstrap.servers", infra.kafkaBootstrap());
    settings.put("slipway.kafka.topic-prefix", infra.topicPrefix());
    settings.put("slipway.jwks-url", registry.url() + "/keys");
    settings.put("slipway.identity-url", identityUrl);
    settings.put("slipway.broker-url", brokerUrl);
    settings.put("slipway.registry-url", registry.url());
    settings.put("slipway.task-api.sources-dir", sources().toString());
    settings.put("slipway.source.max-bytes", Integer.toString(MOST_SOURCE_BYTES));
    settings.put(
        "slipway.source.max-bytes-per-registry", Integer.toString(MOST_SOURCE_BYTES + (4 << 20)));
    settings.put("slipway.source.max-per-registry", Integer.toString(MOST_SOURCES));
    settings.put("slipway.client.id", "slipway-task-api");
    settings.put(
        "slipway.client.secret-file",
        installation.clients().resolve("slipway-task-api.secret").toString());
    // The tests sweep when they want to.
    settings.put("slipway.lease.sweep-millis", "0");
    settings.put("slipway.run.reconcile-every", "off");
    settings.put("slipway.run.unserved-every", "off");
    settings.put("slipway.run.no-agent-timeout", "PT1S");
    settings.put("slipway.run.max-queued-per-registry", Integer.toString(MOST_QUEUED));
    settings.put("slipway.timers.every", "off");
    settings.put("slipway.base-images.every", "off");
    settings.put("slipway.base-images.poll-sweep-every", "off");
    settings.put("slipway.base-images.compare-every", "off");
    settings.put("slipway.log.seal-every", "off");
    settings.put("slipway.metrics.every", "off");
    settings.put("slipway.source.sweep-every", "off");
    settings.put("slipway.registry.complete-every", "1s");
    return settings;
  }

  @Override
  public void stop() {
    running = null;
    try {
      if (broker != null) {
        broker.close();
      }
      if (identity != null) {
        identity.close();
      }
      if (registry != null) {
        registry.close();
      }
      if (installation != null) {
        installation.delete();
      }
    } catch (Exception failed) {
      throw new IllegalStateException("the platform could not be stopped", failed);
    }
  }
}
