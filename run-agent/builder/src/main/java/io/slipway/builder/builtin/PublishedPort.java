package io.slipway.builder.builtin;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.slipway.builder.BuiltinOptions.PortRange;
import io.slipway.builder.EngineException;
import java.util.ArrayList;
import java.util.List;

/**
 * A port of a container that the agent's machine answers for.
 *
 * @param host port on the agent's loopback
 * @param container port in the container
 * @param protocol {@code tcp} or {@code udp}
 * @see <a href="https://docs.docker.com/reference/cli/docker/container/run/#publish">the words of
 *     docker run --publish</a>
 */
record PublishedPort(int host, int container, String protocol) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:(?<ip>\\[[\\w.:]+\\]|[\\w.-]*[.a-zA-Z][\\w.-]*):)?(?<host>\\d{1,5}(?:-\\d{1,5})?)(?::(?<container>\\d{1,5}(?:-\\d{1,5})?))?"
              + "(?:/(?<protocol>tcp|udp))?");
  private static final Pattern EXPOSED =
      Pattern.compile("(?<ports>\\d{1,5}(?:-\\d{1,5})?)(?:/(?:tcp|udp|sctp))?");
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "localhost");
  private static final int MOST = 65_535;

  /**
   * Reads the {@code ports} of a step.
   *
   * @param closed ports of the machine that are not the steps': whoever published one of a service
   *     that is just restarting would be taken for it
   * @throws EngineException if one is not valid, or closed
   */
  static List<PublishedPort> all(List<String> texts, PortRange closed) throws EngineException {
    List<PublishedPort> ports = new ArrayList<>();
    for (String text : texts) {
      for (PublishedPort port : parse(text.strip())) {
        if (closed.has(port.host())) {
          throw wrong(
              text,
              "steps on this agent do not publish ports from %d to %d (slipway.agent.closed-ports)"
                  .formatted(closed.first(), closed.last()));
        }
        ports.add(port);
      }
    }
    return ports;
  }

  /**
   * Looks at the {@code expose} of a step. Steps of a network reach every port of one another, so
   * that is all that it needs.
   *
   * @throws EngineException if one is not a valid port
   */
  static void checkExposed(List<String> texts) throws EngineException {
    for (String text : texts) {
      Matcher match = EXPOSED.matcher(text.strip());
      if (!match.matches()) {
        throw wrong(text, "expose needs a port of the container, for example 8080 or 53/udp");
      }
      range(text, match.group("ports"));
    }
  }

  private static List<PublishedPort> parse(String text) throws EngineException {
    Matcher match = TEXT.matcher(text);
    if (!match.matches()) {
      throw wrong(text, "expected HOST:CONTAINER, for example 8080:80 or 8080:80/udp");
    }
    String ip = match.group("ip");
    if (ip != null && !LOOPBACK.contains(ip)) {
      throw wrong(text, "steps publish on the agent's loopback only, 127.0.0.1, not on " + ip);
    }
    int[] host = range(text, match.group("host"));
    String named = match.group("container");
    int[] container = named == null ? host : range(text, named);
    if (host[1] - host[0] != container[1] - container[0]) {
      throw wrong(text, "the two ranges are not of the same length");
    }
    String protocol = match.group("protocol");
    List<PublishedPort> ports = new ArrayList<>();
    for (int i = 0; i <= host[1] - host[0]; i++) {
      ports.add(
          new PublishedPort(host[0] + i, container[0] + i, protocol == null ? "tcp" : protocol));
    }
    return ports;
  }

  private static int[] range(String text, String words) throws EngineException {
    String[] ends = words.split("-");
    int first = Integer.parseInt(ends[0]);
    int last = Integer.parseInt(ends[ends.length - 1]);
    if (first < 1 || last > MOST || last < first) {
      throw wrong(text, "ports go from 1 to " + MOST + ", the lower one first");
    }
    return new int[] {first, last};
  }

  private static EngineException wrong(String text, String why) {
    return EngineException.user("Invalid port '" + text + "': " + why);
  }
}
