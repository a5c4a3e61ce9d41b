package io.slipway.identity.client.egress;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The networks that are not the internet, by what they are.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">IPv4's</a>
 * @see <a href="https://www.iana.org/assignments/iana-ipv6-special-registry">IPv6's</a>
 */
final class ClosedNetworks {
  /** No host has such an address, so nothing opens them. */
  private static final List<Network> OF_NO_HOST =
      networks("0.0.0.0/8", "224.0.0.0/4", "255.255.255.255", "::", "ff00::/8");

  private static final String PRIVATE = "in a private network";
  private static final String LINK_LOCAL = "link-local, as a cloud's metadata service is";
  private static final String RESERVED = "reserved, for benchmarks for example";

  private static final Map<Network, String> CLOSED = closed();

  private ClosedNetworks() {}

  private static Map<Network, String> closed() {
    Map<Network, String> all = new LinkedHashMap<>();
    put(all, "on the machine itself", "127.0.0.0/8", "::1");
    put(all, LINK_LOCAL, "169.254.0.0/16", "fe80::/10");
    put(all, PRIVATE, "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10");
    // fec0::/10 is the site-local one of old; 64:ff9b:1::/48 leads where its operator likes.
    put(all, PRIVATE, "fc00::/7", "fec0::/10", "64:ff9b:1::/48");
    // Not those for documentation: nobody has them but who has them stand for the internet.
    put(all, RESERVED, "192.0.0.0/24", "198.18.0.0/15", "192.88.99.0/24", "240.0.0.0/4");
    put(all, RESERVED, "100::/64", "2001:2::/48", "5f00::/16");
    return all;
  }

  private static void put(Map<Network, String> all, String what, String... texts) {
    networks(texts).forEach(network -> all.put(network, what));
  }

  private static List<Network> networks(String... texts) {
    return Arrays.stream(texts).map(text -> Network.parse(text).orElseThrow()).toList();
  }

  /** What an address is, if it is closed. */
  static Optional<String> of(InetAddress address) {
    return CLOSED.entrySet().stream()
        .filter(each -> each.getKey().has(address))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  static boolean isOfNoHost(InetAddress address) {
    return OF_NO_HOST.stream().anyMatch(network -> network.has(address));
  }

  /** The IPv4 ones, whether they can be opened or not. */
  static List<Network> four() {
    List<Network> all = new ArrayList<>(OF_NO_HOST);
    all.addAll(CLOSED.keySet());
    return all.stream().filter(Network::isFour).toList();
  }

  /**
   * An address with the IPv4 ones that it may lead to on its way: those that are mapped (RFC 4291),
   * compatible, translated (RFC 2765, RFC 6052) or tunnelled (6to4, Teredo, ISATAP).
   */
  static List<InetAddress> leadingTo(InetAddress address) {
    List<InetAddress> all = new ArrayList<>(List.of(address));
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return all;
    }
    int last = bytes.length - Integer.BYTES;
    boolean isatap = (bytes[8] & ~2) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && bytes[11] == -2;
    boolean nat64 = starts(bytes, 0, 0x64, 0xff, 0x9b, 0, 0, 0, 0);
    boolean compatible = starts(bytes, 0, 0, 0, 0, 0, 0, 0, 0) && !address.isLoopbackAddress();
    if (compatible || nat64 || isatap) {
      all.add(four(bytes, last, 0));
    }
    if (starts(bytes, 0x20, 0x02)) {
      all.add(four(bytes, 2, 0));
    }
    if (starts(bytes, 0x20, 0x01, 0, 0)) {
      all.add(four(bytes, Integer.BYTES, 0));
      all.add(four(bytes, last, 0xff));
    }
    return all;
  }

  private static boolean starts(byte[] bytes, int... first) {
    for (int i = 0; i < first.length; i++) {
      if ((bytes[i] & 0xff) != first[i]) {
        return false;
      }
    }
    return true;
  }

  private static InetAddress four(byte[] bytes, int from, int flipped) {
    byte[] four = Arrays.copyOfRange(bytes, from, from + Integer.BYTES);
    for (int i = 0; i < four.length; i++) {
      four[i] ^= (byte) flipped;
    }
    try {
      return InetAddress.getByAddress(four);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
