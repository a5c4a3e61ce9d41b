package io.slipway.builder.interpreter;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Values of flags and arguments as Docker writes them. */
final class InstructionValues {
  private static final Pattern PORTS = Pattern.compile("\\d{1,5}(-\\d{1,5})?");

  private static final Pattern PART =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOSECONDS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L, // U+00B5, the micro sign
          "μs", 1_000L, // U+03BC, the Greek letter
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Pattern SIGNAL = Pattern.compile("[1-9]|[1-5][0-9]|6[0-4]");
  private static final Pattern REAL_TIME =
      Pattern.compile("RTMIN|RTMAX|RTMIN\\+(?:[1-9]|1[0-5])|RTMAX-(?:[1-9]|1[0-4])");
  private static final Set<String> SIGNALS =
      Set.of(
          ("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV"
                  + " STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ")
              .split(" "));
  private static final int LONGEST = 100;
  private static final Duration LEAST = Duration.ofMillis(1);

  private InstructionValues() {}

  /**
   * The duration of an option as Go's {@code time.ParseDuration} reads it, {@code 1m30s}, {@code
   * .5s}, within Docker's bounds for health checks. Templates have a reader of their own, since
   * they allow negative ones and depend on nothing.
   *
   * @param name of the option, for the message
   * @throws IllegalArgumentException if it is not a duration, or less than a millisecond but not 0
   */
  static Duration duration(String name, String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    Duration read = rest.equals("0") ? Duration.ZERO : sum(name, text, rest);
    if (!read.isZero() && (negative || read.compareTo(LEAST) < 0)) {
      throw new IllegalArgumentException(
          "--" + name + "=" + text + " is less than 1ms; 0 stands for the default");
    }
    return read;
  }

  private static Duration sum(String name, String text, String rest) {
    BigDecimal sum = BigDecimal.ZERO;
    Matcher part = PART.matcher(rest);
    int at = 0;
    while (rest.length() <= LONGEST && at < rest.length() && part.find(at) && part.start() == at) {
      sum =
          sum.add(
              new BigDecimal(part.group(1))
                  .multiply(BigDecimal.valueOf(NANOSECONDS.getOrDefault(part.group(2), 0L))));
      at = part.end();
    }
    if (at == 0 || at < rest.length() || sum.precision() - sum.scale() > 18) {
      throw new IllegalArgumentException(
          "--" + name + "=" + text + " is not a valid duration; expected for example 30s or 1m30s");
    }
    return Duration.ofNanos(sum.longValue());
  }

  /**
   * A signal by its number or name, with or without {@code SIG}.
   *
   * @throws IllegalArgumentException if Linux has none of that name
   */
  static String signal(String text) {
    String name = text.toUpperCase(Locale.ROOT);
    String brief = name.startsWith("SIG") ? name.substring(3) : name;
    if (!SIGNALS.contains(brief) && !SIGNAL.matches(name) && !REAL_TIME.matches(brief)) {
      throw new IllegalArgumentException(
          "STOPSIGNAL '" + text + "' is no signal; expected for example SIGQUIT or 3");
    }
    return text;
  }

  /**
   * Ports as a configuration has them, {@code 80/tcp}.
   *
   * @throws IllegalArgumentException if the text is not a port
   */
  static Set<String> ports(String text) {
    // Where it is published is for whoever runs the image: 127.0.0.1:8080:80 is 80.
    String[] parts = text.substring(text.lastIndexOf(':') + 1).split("/", 2);
    String protocol = parts.length > 1 ? parts[1].toLowerCase(Locale.ROOT) : "tcp";
    if (!Set.of("tcp", "udp", "sctp").contains(protocol) || !PORTS.matcher(parts[0]).matches()) {
      throw new IllegalArgumentException(
          "EXPOSE '" + text + "' is not a valid port; expected 80, 80/udp or 7000-7005/tcp");
    }
    String[] range = parts[0].split("-");
    int first = Integer.parseInt(range[0]);
    int last = Integer.parseInt(range[range.length - 1]);
    if (first > last || last > 65535) {
      throw new IllegalArgumentException(
          "EXPOSE '" + text + "' is not a valid range of ports up to 65535");
    }
    Set<String> ports = new TreeSet<>();
    for (int port = first; port <= last; port++) {
      ports.add(port + "/" + protocol);
    }
    return ports;
  }
}
