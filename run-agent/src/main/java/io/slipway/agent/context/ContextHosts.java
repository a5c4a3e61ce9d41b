package io.slipway.agent.context;

import io.slipway.identity.client.egress.AllowedAddresses;
import io.slipway.identity.client.egress.EgressPolicy;
import io.slipway.identity.client.egress.EgressRefusedException;
import io.slipway.taskfile.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Comparator;
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
      // Those that steps reach come first, because ssh and git take but one.
      return AllowedAddresses.of(egress, host, port).stream()
          .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
          .toList();
    } catch (EgressRefusedException refused) {
      throw refusal(refused);
    } catch (UnknownHostException unknown) {
      throw Refusal.user("the host of the context is unknown: " + host, unknown);
    }
  }

  /** Whether addresses are all in the internet, and one of them is of the kind that steps reach. */
  boolean areInternet(List<InetAddress> addresses) {
    return addresses.stream().allMatch(egress::isInternet)
        && addresses.stream().anyMatch(Inet4Address.class::isInstance);
  }

  static Refusal refusal(EgressRefusedException refused) {
    return Refusal.user("contexts from there are not allowed: " + refused.getMessage());
  }
}
