package io.slipway.identity.client.egress;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Set;

/** Addresses of this machine, a public one too: what listens there may count on who is here. */
final class OwnAddresses {
  private OwnAddresses() {}

  /**
   * Those of now, without the loopback's.
   *
   * @throws UncheckedIOException if the system does not tell
   */
  static Set<InetAddress> now() {
    Set<InetAddress> all = new HashSet<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (InetAddress address : each.inetAddresses().toList()) {
          if (!address.isLoopbackAddress()) {
            all.add(InetAddress.getByAddress(address.getAddress()));
          }
        }
      }
    } catch (SocketException | UnknownHostException untold) {
      throw new UncheckedIOException(untold);
    }
    return all;
  }
}
