package io.slipway.agent.http;

import io.slipway.agent.config.AgentConfig;
import io.slipway.identity.client.egress.EgressPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** The one egress policy of all that this agent connects to for its runs. */
@ApplicationScoped
public class EgressProducer {
  private static final String SETTING = "slipway.agent.open-networks";

  /**
   * The policy of a configuration.
   *
   * @throws IllegalArgumentException that names the setting that is wrong, or no longer there
   */
  @Produces
  @Singleton
  public static EgressPolicy of(AgentConfig config) {
    AgentConfig.Agent agent = config.agent();
    if (agent.allowLoopbackContexts().isPresent() || agent.allowPrivateContexts().isPresent()) {
      throw new IllegalArgumentException(
          "slipway.agent.allow-loopback-contexts and slipway.agent.allow-private-contexts are gone:"
              + " name what runs may reach, contexts or not, in "
              + SETTING
              + " (for example 10.20.0.0/16,127.0.0.1:3000)");
    }
    return EgressPolicy.of(SETTING, agent.openNetworks().orElse(List.of()));
  }
}
