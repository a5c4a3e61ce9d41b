package io.slipway.agent.context;

import io.slipway.agent.config.AgentConfig;
import io.slipway.taskfile.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Decides from which hosts contexts may come. An address in a task file is a user's: it must not
 * make the agent call its own machine, the cloud's metadata service or the network behind it.
 */
@ApplicationScoped
public class ContextHosts {
  private final boolean loopback;
  private final boolean privateNetworks;

  @Inject
  ContextHosts(AgentConfig config) {
    this(config.agent().allowLoopbackContexts(), config.agent().allowPrivateContexts());
  }

  ContextHosts(boolean loopback, boolean privateNetworks) {
    this.loopback = loopback;
    this.privateNetworks = privateNetworks;
  }

  /**
   * Addresses of a host, to be connected to as they are: a second look-up may give others.
   *
   * @throws Refusal if the host is unknown, or one of its addresses is not allowed
   */
  List<InetAddress> allowed(String host) throws Refusal {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(host);
    } catch (UnknownHostException unknown) {
      throw Refusal.user("the host of the context is unknown: " + host, unknown);
    }
    for (InetAddress address : found) {
      String refused = refusal(address);
      if (!refused.isEmpty()) {
        throw Refusal.user("contexts from '%s' are not allowed: %s".formatted(host, refused));
      }
    }
    return List.of(found);
  }

  /** Why an address is not allowed; empty if it is. */
  private String refusal(InetAddress address) {
    if (address.isLoopbackAddress()) {
      return loopback
          ? ""
          : "it is the agent's own machine (slipway.agent.allow-loopback-contexts would allow it)";
    }
    if (address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return "it is not the address of a host in a network";
    }
    if (isPrivate(address)) {
      return privateNetworks
          ? ""
          : "it is in a private network (slipway.agent.allow-private-contexts would allow it)";
    }
    return "";
  }

  private static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet6Address) {
      // RFC 4193: fc00::/7. RFC 6052: 64:ff9b::/96 leads to any IPv4 address.
      return (bytes[0] & 0xfe) == 0xfc
          || (bytes[0] == 0 && bytes[1] == 0x64 && (bytes[2] & 0xff) == 0xff)
          || address.isSiteLocalAddress();
    }
    // RFC 1918, and RFC 6598: 100.64.0.0/10; 0.0.0.0/8 is "this network".
    return address.isSiteLocalAddress()
        || bytes[0] == 0
        || (bytes[0] == 100 && (bytes[1] & 0xc0) == 64);
  }
}
