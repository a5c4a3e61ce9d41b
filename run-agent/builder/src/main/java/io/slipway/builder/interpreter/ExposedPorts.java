package io.slipway.builder.interpreter;

import java.util.Set;
import java.util.TreeSet;

/** Reads ports of {@code EXPOSE}: {@code 80}, {@code 80/udp}, {@code 7000-7005}. */
final class ExposedPorts {
  private ExposedPorts() {}

  /**
   * Ports as a configuration has them, {@code 80/tcp}.
   *
   * @throws IllegalArgumentException if the text is no port
   */
  static Set<String> parse(String text) {
    String[] parts = text.split("/", 2);
    String protocol = parts.length > 1 ? parts[1].toLowerCase(java.util.Locale.ROOT) : "tcp";
    if (!Set.of("tcp", "udp", "sctp").contains(protocol)
        || !parts[0].matches("\\d{1,5}(-\\d{1,5})?")) {
      throw new IllegalArgumentException(
          "EXPOSE '" + text + "' is no port; expected 80, 80/udp or 7000-7005/tcp");
    }
    String[] range = parts[0].split("-");
    int first = Integer.parseInt(range[0]);
    int last = Integer.parseInt(range[range.length - 1]);
    if (first > last || last > 65535) {
      throw new IllegalArgumentException("EXPOSE '" + text + "' is no range of ports up to 65535");
    }
    Set<String> ports = new TreeSet<>();
    for (int port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }
}
