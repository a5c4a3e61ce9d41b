package io.slipway.identity.client.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * Neighbouring addresses that share their first bits.
 *
 * @param address the first of them
 * @param bits how many bits they share, 0 to 32 or 128
 */
record Network(InetAddress address, int bits) {

  /** The network of one address alone. */
  static Network of(InetAddress address) {
    return new Network(address, address.getAddress().length * 8);
  }

  /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} or an address alone; empty if it is neither. */
  static Optional<Network> parse(String text) {
    int slash = text.indexOf('/');
    Optional<InetAddress> address = literal(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty() || slash < 0) {
      return address.map(Network::of);
    }
    String bits = text.substring(slash + 1);
    if (bits.isEmpty() || bits.length() > 3 || !bits.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    Network network = new Network(address.get(), Integer.parseInt(bits));
    return network.bits <= address.get().getAddress().length * 8 && network.isAligned()
        ? Optional.of(network)
        : Optional.empty();
  }

  /** An address as it is written in full, never a name that would have to be looked up. */
  static Optional<InetAddress> literal(String text) {
    boolean six = text.indexOf(':') >= 0;
    boolean form =
        six
            ? text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')
            : text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    if (!form || text.isEmpty() || text.length() > 45) {
      return Optional.empty();
    }
    try {
      InetAddress address = InetAddress.getByName(text);
      return six || address.getHostAddress().equals(text) ? Optional.of(address) : Optional.empty();
    } catch (UnknownHostException none) {
      return Optional.empty();
    }
  }

  /** Whether no bit is set behind those that are shared: 10.1.0.0/8 would be a slip of the pen. */
  private boolean isAligned() {
    byte[] bytes = address.getAddress();
    for (int bit = bits; bit < bytes.length * 8; bit++) {
      if ((bytes[bit / 8] & 0x80 >> bit % 8) != 0) {
        return false;
      }
    }
    return true;
  }

  boolean has(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = bits - bit >= 8 ? 0xff : 0xff << 8 - (bits - bit);
      if (((mine[bit / 8] ^ theirs[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  boolean isOneAddress() {
    return bits == address.getAddress().length * 8;
  }

  boolean isFour() {
    return address.getAddress().length == 4;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + bits;
  }
}
