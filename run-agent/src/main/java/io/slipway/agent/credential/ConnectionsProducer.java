package io.slipway.agent.credential;

import io.slipway.agent.config.AgentConfig;
import io.slipway.builder.Builder;
import io.slipway.builder.RegistryConnections;
import io.slipway.builder.RegistryOptions;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Connections to registries: trust and mirrors, once per agent. */
@ApplicationScoped
class ConnectionsProducer {
  @Produces
  @Singleton
  RegistryConnections connections(AgentConfig config) throws IOException {
    Map<String, URI> mirrors = new HashMap<>();
    for (String mirror : config.agent().upstreams().orElse("").split(",")) {
      int equals = mirror.indexOf('=');
      if (equals > 0) {
        mirrors.put(
            mirror.substring(0, equals).strip(), URI.create(mirror.substring(equals + 1).strip()));
      }
    }
    return Builder.load()
        .connect(new RegistryOptions(config.caFile().stream().toList(), mirrors, Set.of()));
  }
}
