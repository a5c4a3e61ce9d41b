package io.slipway.broker.support;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.slipway.infra.TestInfra;
import java.util.HashMap;
import java.util.Map;

/** The broker's neighbours: the real identity-service, a real registry, task-api's lease answer. */
public final class BrokerTestResource implements QuarkusTestResourceLifecycleManager {
  private static BrokerTestResource running;
  private Installation installation;
  private IdentityProcess identity;
  private LeaseServer leases;
  private DockerRegistry registry;
  private OddRegistry odd;
  private TestInfra.Database database;

  public static BrokerTestResource running() {
    return running;
  }

  public Installation installation() {
    return installation;
  }

  public IdentityProcess identity() {
    return identity;
  }

  public LeaseServer leases() {
    return leases;
  }

  public DockerRegistry registry() {
    return registry;
  }

  public OddRegistry odd() {
    return odd;
  }

  public TestInfra.Database database() {
    return database;
  }

  @Override
  public Map<String, String> start() {
    try {
      installation = new Installation();
      identity = new IdentityProcess(installation);
      identity.start();
      leases = new LeaseServer();
      odd = new OddRegistry();
      TestAuthority authority = new TestAuthority();
      registry = new DockerRegistry(installation, authority, identity);
      database = TestInfra.shared().newDatabase("broker");
      running = this;
      Map<String, String> config = new HashMap<>(database.config());
      config.put("slipway.issuer", identity.issuer());
      config.put("slipway.identity-url", identity.url());
      config.put("slipway.task-api-url", leases.url());
      config.put("slipway.broker.vault-hosts", "allowed.vault.test");
      config.put("slipway.client.id", "slipway-credential-broker");
      config.put(
          "slipway.client.secret-file",
          installation.secretFile("slipway-credential-broker").toString());
      config.put(
          "slipway.broker.keyset-file",
          installation.folder().resolve("broker.keyset.json").toString());
      config.put(
          "slipway.ca-file", authority.write(installation.folder().resolve("ca.pem")).toString());
      config.put(
          "slipway.broker.insecure-registries", identity.authority() + "," + odd.loginServer());
      config.put("slipway.broker.open-networks", "127.0.0.0/8,::1");
      return config;
    } catch (Exception failed) {
      stop();
      throw new IllegalStateException("the broker's neighbours could not be started", failed);
    }
  }

  @Override
  public void stop() {
    if (registry != null) {
      registry.close();
    }
    if (odd != null) {
      odd.close();
    }
    if (leases != null) {
      leases.close();
    }
    if (identity != null) {
      identity.stop();
    }
    if (installation != null) {
      installation.close();
    }
  }
}
