package io.slipway.agent.attempt;

import io.slipway.agent.credential.BrokerCalls;
import io.slipway.agent.lease.RunLease;
import io.slipway.agent.log.RunLog;
import io.slipway.builder.RegistryAccess;
import io.slipway.contract.ImageDependency;
import io.slipway.contract.ImageRef;
import io.slipway.contract.agent.RunSpecification;
import java.nio.file.Path;
import java.util.List;

/**
 * What the parts of one attempt share. {@link BeginAttempt} makes it.
 *
 * @param spec what to do
 * @param lease its hold on the run
 * @param broker calls to the broker in its name
 * @param log its log
 * @param report its events
 * @param registries registry calls with its credentials
 * @param workspace its folder
 * @param secretFolder folder for its secret files, made by whoever needs it
 * @param pushed images that it pushed; steps that run side by side add to it
 * @param dependencies what they were built from
 */
public record Attempt(
    RunSpecification spec,
    RunLease lease,
    BrokerCalls broker,
    RunLog log,
    RunReport report,
    RegistryAccess registries,
    Workspace workspace,
    Path secretFolder,
    List<ImageRef> pushed,
    List<ImageDependency> dependencies) {}
