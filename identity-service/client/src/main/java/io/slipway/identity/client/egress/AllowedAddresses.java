package io.slipway.identity.client.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks up addresses for those who hand an address to what connects by itself. */
public final class AllowedAddresses {
  private AllowedAddresses() {}

  /**
   * The addresses of a host that may be connected to; to be used as they are, since a second
   * look-up may give others. Blocks.
   *
   * @param host name, or address without brackets
   * @throws EgressRefusedException if all of them are refused, or if the host is an address in a
   *     notation that programs read differently
   * @throws UnknownHostException if there is no such host
   */
  public static List<InetAddress> of(EgressPolicy policy, String host, int port)
      throws UnknownHostException, EgressRefusedException {
    if (host.isEmpty()
        || host.endsWith(".")
        || endsInNumber(host) && Network.literal(host).isEmpty()) {
      throw new EgressRefusedException(
          "'" + host + "' is neither a name nor an address in its usual form (192.0.2.1)");
    }
    List<InetAddress> allowed = new ArrayList<>();
    Optional<String> refused = Optional.empty();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      Optional<String> refusal = policy.refusal(host, address, port);
      if (refusal.isEmpty()) {
        allowed.add(address);
      }
      refused = refused.or(() -> refusal);
    }
    if (allowed.isEmpty()) {
      throw new EgressRefusedException(refused.orElse(host + " has no address"));
    }
    return allowed;
  }

  /** Whether programs take it for an IPv4 address: {@code 127.1}, {@code 0x7f000001}. */
  static boolean endsInNumber(String host) {
    String last = host.substring(host.lastIndexOf('.') + 1);
    boolean hexadecimal = last.startsWith("0x") || last.startsWith("0X");
    return hexadecimal
        || host.indexOf(':') < 0
            && !last.isEmpty()
            && last.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
