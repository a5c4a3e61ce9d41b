package io.slipway.agent.attempt;

import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.credential.BrokerCalls;
import io.slipway.agent.credential.BrokerCredentials;
import io.slipway.agent.credential.LeaseCalls;
import io.slipway.agent.credential.SecretStores;
import io.slipway.agent.event.EventPublisher;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.log.RunLog;
import io.slipway.builder.RegistryAccess;
import io.slipway.builder.RegistryConnections;
import io.slipway.contract.agent.RunSpecification;
import io.slipway.identity.client.BlockingHttp;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.concurrent.CopyOnWriteArrayList;

/** Gives an attempt its log, its events, its credentials and its folders; touches no disk yet. */
@ApplicationScoped
public class BeginAttempt {
  private final AgentConfig config;
  private final BlockingHttp http;
  private final LeaseCalls leaseCalls;
  private final EventPublisher publisher;
  private final RegistryConnections connections;
  private final SecretStores secretStores;
  private final DataFolder dataFolder;
  private final InstantSource clock;

  BeginAttempt(
      AgentConfig config,
      BlockingHttp http,
      LeaseCalls leaseCalls,
      EventPublisher publisher,
      RegistryConnections connections,
      SecretStores secretStores,
      DataFolder dataFolder,
      InstantSource clock) {
    this.config = config;
    this.http = http;
    this.leaseCalls = leaseCalls;
    this.publisher = publisher;
    this.connections = connections;
    this.secretStores = secretStores;
    this.dataFolder = dataFolder;
    this.clock = clock;
  }

  /** Name of this agent. */
  public String agent() {
    return config.agent().name();
  }

  /** Pool of this agent. */
  public String pool() {
    return config.agent().pool();
  }

  /** Begins the attempt that a lease holds. */
  public Attempt begin(RunLease lease) {
    RunSpecification spec = lease.spec();
    RunReport report = new RunReport(publisher, lease, clock);
    RunLog log =
        new RunLog(spec.ref(), spec.logOffset(), config.agent().logLimit(), clock, report.log());
    BrokerCalls broker = new BrokerCalls(http, config.brokerUrl(), leaseCalls, lease, log::engine);
    RegistryAccess registries =
        connections.access(new BrokerCredentials(broker, secretStores.of(broker), log.masker()));
    return new Attempt(
        spec,
        lease,
        broker,
        log,
        report,
        registries,
        new Workspace(dataFolder.workspace(spec)),
        dataFolder.secretFolder(spec),
        new CopyOnWriteArrayList<>(),
        new CopyOnWriteArrayList<>());
  }
}
