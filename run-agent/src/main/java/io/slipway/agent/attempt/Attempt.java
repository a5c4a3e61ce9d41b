package io.slipway.agent.attempt;

import io.slipway.agent.credential.BrokerCalls;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.lease.RunSpec;
import io.slipway.agent.log.RunLog;
import io.slipway.agent.run.RunReport;
import io.slipway.builder.registry.RegistryAccess;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What the parts of one attempt share.
 *
 * @param spec what to do
 * @param lease its hold on the run
 * @param broker calls to the broker in its name
 * @param log its log
 * @param report its events
 * @param registries registry calls with its credentials
 * @param workspace its folder
 * @param secretFolder folder for its secret files, made by who needs it
 * @param pushed images that it pushed
 * @param dependencies what they were built from
 */
public record Attempt(
    RunSpec spec,
    RunLease lease,
    BrokerCalls broker,
    RunLog log,
    RunReport report,
    RegistryAccess registries,
    Path workspace,
    Path secretFolder,
    List<ImageRef> pushed,
    List<ImageDependency> dependencies) {

  /** A new one. */
  public static Attempt begin(
      RunLease lease,
      BrokerCalls broker,
      RunLog log,
      RunReport report,
      RegistryAccess registries,
      Path workspace,
      Path secretFolder) {
    return new Attempt(
        lease.spec(),
        lease,
        broker,
        log,
        report,
        registries,
        workspace,
        secretFolder,
        new CopyOnWriteArrayList<>(),
        new CopyOnWriteArrayList<>());
  }
}
