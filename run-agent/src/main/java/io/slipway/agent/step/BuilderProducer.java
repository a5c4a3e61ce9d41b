package io.slipway.agent.step;

import io.quarkus.runtime.StartupEvent;
import io.slipway.agent.config.AgentConfig;
import io.slipway.agent.config.MemoryShare;
import io.slipway.builder.Builder;
import io.slipway.builder.BuiltinOptions;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.ContainerEngine.Probe;
import io.slipway.builder.DockerOptions;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import io.slipway.identity.client.egress.EgressPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * What the agent has of the builder, once per process: its engine and its connections to
 * registries.
 */
@ApplicationScoped
class BuilderProducer {
  private static final Logger LOG = Logger.getLogger(BuilderProducer.class);

  /** At start, not at the first run: what this machine cannot do must be in the log at once. */
  void openEngine(
      @Observes StartupEvent event, ContainerEngine engine, @Readiness EngineHealth health) {
    LOG.infof("engine: %s", engine.name());
    List<Probe> probes = engine.probes();
    probes.forEach(BuilderProducer::tell);
    health.found(probes);
  }

  @Produces
  @Singleton
  ContainerEngine engine(AgentConfig config, EgressPolicy egress, InstantSource clock)
      throws IOException, InterruptedException {
    if (executesNothing(config.agent())) {
      return new NothingEngine(Duration.ofMillis(config.agent().nothingMillis()));
    }
    return switch (config.agent().engine()) {
      case "builtin" -> builtin(config.agent(), egress, clock);
      case "docker" -> docker(config.agent(), egress, clock);
      default ->
          throw new IllegalArgumentException(
              "slipway.agent.engine="
                  + config.agent().engine()
                  + ": not a known engine; expected builtin or docker");
    };
  }

  /** Connections to registries, with the configured authority and mirrors. */
  @Produces
  @Singleton
  RegistryConnections connections(AgentConfig config, EgressPolicy egress) throws IOException {
    if (executesNothing(config.agent())) {
      return new NothingRegistries();
    }
    Map<String, URI> mirrors = new HashMap<>();
    for (String mirror : config.agent().upstreams().orElse("").split(",")) {
      int equals = mirror.indexOf('=');
      if (equals > 0) {
        mirrors.put(
            mirror.substring(0, equals).strip(), URI.create(mirror.substring(equals + 1).strip()));
      }
    }
    return Builder.load()
        .connect(new RegistryOptions(config.caFile().stream().toList(), mirrors, Set.of(), egress));
  }

  /**
   * Whether steps do nothing.
   *
   * @throws IllegalArgumentException if that is asked of an agent that is not for benchmarks
   */
  static boolean executesNothing(AgentConfig.Agent agent) {
    return switch (agent.executor()) {
      case "container" -> false;
      case "nothing" -> {
        if (!agent.benchmark()) {
          throw new IllegalArgumentException(
              "slipway.agent.executor=nothing lets every run succeed without doing anything: it is"
                  + " for benchmarks alone, and needs slipway.agent.benchmark=true");
        }
        yield true;
      }
      default ->
          throw new IllegalArgumentException(
              "slipway.agent.executor="
                  + agent.executor()
                  + ": not a known executor; expected container or nothing");
    };
  }

  private static ContainerEngine builtin(
      AgentConfig.Agent agent, EgressPolicy egress, InstantSource clock) throws IOException {
    BuiltinOptions defaults = BuiltinOptions.in(agent.dataDir().resolve("engine"));
    return Builder.load()
        .open(
            defaults
                .withLaunchers(agent.launchers().orElse(defaults.launchers()))
                .allowing(
                    new BuiltinOptions.Allowed(
                        agent.allowPrivileged(),
                        agent.allowHostNetwork(),
                        egress,
                        agent.allowRawSockets(),
                        agent
                            .closedPorts()
                            .map(BuiltinOptions.PortRange::parse)
                            .orElse(BuiltinOptions.PortRange.NONE)))
                .mapping(BuiltinOptions.Ids.parse(agent.ids()))
                .limited(
                    agent.imageStoreLimit(),
                    agent.cacheLimit(),
                    new BuiltinOptions.RunLimits(
                        agent
                            .memoryLimit()
                            .orElseGet(() ->
                                MemoryShare.ofThisMachine(
                                    agent.slots() * Math.max(1, agent.machineAgents()))),
                        agent.cpuLimit(),
                        agent.processLimit(),
                        agent.diskLimit(),
                        agent.diskReserve())),
            clock);
  }

  /** Git, at which strangers work, is in containers of this machine where it has any. */
  private static ContainerEngine docker(
      AgentConfig.Agent agent, EgressPolicy egress, InstantSource clock)
      throws IOException, InterruptedException {
    ContainerEngine builtin = builtin(agent, egress, clock);
    boolean works = builtin.probes().stream().allMatch(probe -> probe.works() || !probe.required());
    if (!works) {
      builtin.probes().forEach(BuilderProducer::tell);
      builtin.close();
    }
    return Builder.load()
        .open(
            new DockerOptions(
                agent.dockerProgram(),
                agent.dockerHost().orElse(null),
                agent.dataDir().resolve("docker"),
                agent.allowPrivileged(),
                agent.allowHostNetwork()),
            works ? Optional.of(builtin) : Optional.empty());
  }

  private static void tell(Probe probe) {
    if (probe.works()) {
      LOG.infof("%s: %s", probe.subject(), probe.detail());
    } else {
      LOG.warnf("%s: %s (%s)", probe.subject(), probe.detail(), probe.remedy());
    }
  }

  void close(@Disposes ContainerEngine engine) {
    engine.close();
  }
}
