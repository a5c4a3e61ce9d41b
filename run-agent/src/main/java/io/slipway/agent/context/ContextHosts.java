package io.slipway.agent.context;

import io.slipway.identity.client.egress.AllowedAddresses;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.slipway.taskfile.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The egress policy for those contexts that another program fetches. */
@ApplicationScoped
public class ContextHosts {
  private final EgressPolicy egress;

  @Inject
  ContextHosts(EgressPolicy egress) {
    this.egress = egress;
  }

  EgressPolicy egress() {
    return egress;
  }

  /**
   * Addresses of a host, to be connected to as they are: a second look-up may give others.
   *
   * @throws Refusal if the host is unknown, or none of its addresses is allowed
   */
  List<InetAddress> allowed(String host, int port) throws Refusal {
    try {
      return AllowedAddresses.of(egress, host, port);
    } catch (EgressRefusedException refused) {
      throw refusal(refused);
    } catch (UnknownHostException unknown) {
      throw Refusal.user("the host of the context is unknown: " + host, unknown);
    }
  }

  static Refusal refusal(EgressRefusedException refused) {
    return Refusal.user("contexts from there are not allowed: " + refused.getMessage());
  }
}
