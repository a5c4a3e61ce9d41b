package io.slipway.builder.interpreter;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of flags and arguments as Docker writes them. */
final class InstructionValues {
  private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d+)?)(ns|us|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private InstructionValues() {}

  /**
   * A duration as Go writes it: {@code 1m30s}, {@code 1.5h}, {@code 300ms}.
   *
   * @throws IllegalArgumentException if it is none, or less than a millisecond but not 0
   */
  static Duration duration(String name, String text) {
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    int end = 0;
    while (part.find() && part.start() == end) {
      nanos =
          nanos.add(
              new BigDecimal(part.group(1))
                  .multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L))));
      end = part.end();
    }
    if (text.equals("0")) {
      return Duration.ZERO;
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException(
          "--" + name + "=" + text + " is no duration; expected for example 30s or 1m30s");
    }
    return Duration.ofNanos(nanos.longValue());
  }

  /**
   * Ports as a configuration has them, {@code 80/tcp}.
   *
   * @throws IllegalArgumentException if the text is no port
   */
  static Set<String> ports(String text) {
    String[] parts = text.split("/", 2);
    String protocol = parts.length > 1 ? parts[1].toLowerCase(Locale.ROOT) : "tcp";
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
