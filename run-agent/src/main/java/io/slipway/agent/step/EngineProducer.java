package io.slipway.agent.step;

import io.slipway.agent.config.AgentConfig;
import io.slipway.engine.ContainerEngine;
import io.slipway.engine.Probe;
import io.slipway.engine.builtin.BuiltinEngine;
import io.slipway.engine.builtin.BuiltinOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** The engine that the configuration names. */
@ApplicationScoped
class EngineProducer {
  private static final Logger LOG = Logger.getLogger(EngineProducer.class);

  @Produces
  @Singleton
  ContainerEngine engine(AgentConfig config, InstantSource clock) throws IOException {
    String name = config.agent().engine();
    if (!name.equals("builtin")) {
      throw new IllegalArgumentException(
          "slipway.agent.engine=" + name + ": there is no such engine; expected builtin");
    }
    BuiltinOptions defaults = BuiltinOptions.in(config.agent().dataDir().resolve("engine"));
    ContainerEngine engine =
        BuiltinEngine.open(
            new BuiltinOptions(
                defaults.folder(),
                config.agent().launchers().orElse(defaults.launchers()),
                config.agent().allowPrivileged(),
                config.agent().allowLoopbackContexts(),
                config.agent().imageStoreLimit()),
            clock);
    engine.probes().forEach(EngineProducer::tell);
    return engine;
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
