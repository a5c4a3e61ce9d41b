package io.slipway.agent.credential;

import io.slipway.agent.config.AgentConfig;
import io.slipway.builder.registry.RegistryConnections;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.URI;

/** Connections to registries: trust and mirrors, once per agent. */
@ApplicationScoped
class ConnectionsProducer {
  @Produces
  @Singleton
  RegistryConnections connections(AgentConfig config) throws IOException {
    RegistryConnections.Builder builder = RegistryConnections.builder();
    config.caFile().ifPresent(builder::trust);
    for (String mirror : config.agent().upstreams().orElse("").split(",")) {
      int equals = mirror.indexOf('=');
      if (equals > 0) {
        URI address = URI.create(mirror.substring(equals + 1).strip());
        builder.mirror(mirror.substring(0, equals).strip(), address);
        if ("http".equals(address.getScheme())) {
          builder.plainHttp(address.getAuthority());
        }
      }
    }
    return builder.build();
  }
}
