package io.slipway.identity.client.egress;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a setting that opens what is closed.
 *
 * @param host name in lower case, of which all addresses are opened; null if it is a network
 * @param network null if it is a host's name
 * @param firstPort the lowest port; 0 with the last one 65535 for all
 * @param lastPort the highest port
 */
record OpenedPlace(@Nullable String host, @Nullable Network network, int firstPort, int lastPort) {
  private static final int LAST = 65_535;

  /** What a network shares at least: a shorter one would open the internet's neighbours too. */
  private static final int FEWEST_BITS = 7;

  /**
   * Reads one.
   *
   * @param text {@code 10.20.0.0/16}, {@code 10.20.0.7}, {@code 10.20.0.7:443}, {@code
   *     127.0.0.1:8453-8522}, {@code [fd00::7]:443} or {@code registry.corp.example:443}
   * @throws IllegalArgumentException that says what is wrong
   */
  static OpenedPlace parse(String text) {
    Optional<Network> network = Network.parse(text);
    if (network.isPresent()) {
      if (network.get().bits() < FEWEST_BITS) {
        throw wrong(text, "is too wide: name the networks that a site has");
      }
      return checked(text, new OpenedPlace(null, network.get(), 0, LAST));
    }
    int colon = text.lastIndexOf(':');
    if (colon < 1 || text.indexOf('/') >= 0) {
      throw wrong(text, "is not a network, an address, or a host with its port");
    }
    String host = text.substring(0, colon).toLowerCase(Locale.ROOT);
    String[] ports = text.substring(colon + 1).split("-", 2);
    int first = port(text, ports[0]);
    int last = port(text, ports[ports.length - 1]);
    if (first > last) {
      throw wrong(text, "has a range of ports that ends before it begins");
    }
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    String bare = bracketed ? host.substring(1, host.length() - 1) : host;
    Optional<Network> one = Network.literal(bare).map(Network::of);
    if (one.isPresent() && one.get().isFour() != bracketed) {
      return checked(text, new OpenedPlace(null, one.get(), first, last));
    }
    boolean name =
        bare.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-._".indexOf(c) >= 0);
    if (bracketed || !name || AllowedAddresses.endsInNumber(bare)) {
      throw wrong(text, "is not a network, an address, or a host with its port");
    }
    return new OpenedPlace(bare, null, first, last);
  }

  private static OpenedPlace checked(String text, OpenedPlace place) {
    if (place.network() != null && ClosedNetworks.isOfNoHost(place.network().address())) {
      throw wrong(text, "is not the address of a host");
    }
    return place;
  }

  private static int port(String text, String digits) {
    boolean number =
        !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(Character::isDigit);
    int port = number ? Integer.parseInt(digits) : 0;
    if (port < 1 || port > LAST) {
      throw wrong(text, "has no port from 1 to 65535");
    }
    return port;
  }

  private static IllegalArgumentException wrong(String text, String why) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' "
            + why
            + " (for example 10.20.0.0/16, 10.20.0.7:443 or registry.corp.example:443)");
  }

  boolean hasAllPorts() {
    return firstPort == 0;
  }

  /** Whether it opens a port of an address that a host's name leads to. */
  boolean opens(String name, InetAddress address, int port) {
    if (port < firstPort || port > lastPort) {
      return false;
    }
    return network == null ? name.equalsIgnoreCase(host) : network.has(address);
  }

  /** Whether it names one host and no other, as it must for this machine's own addresses. */
  boolean isOneHost() {
    return network == null || network.isOneAddress();
  }
}
