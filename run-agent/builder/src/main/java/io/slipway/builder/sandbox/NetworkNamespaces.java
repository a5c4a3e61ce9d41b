package io.slipway.builder.sandbox;

import io.slipway.builder.EngineException;
import io.slipway.builder.process.Tools;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Bridges in a sandbox's network, and networks of containers that hang on them. All of it is the
 * kernel's: a bridge ends with the sandbox, a container's network with its last process.
 *
 * <p>Orders go to {@code ip} many at a time: what costs is the start of a program, not what the
 * kernel does.
 */
public final class NetworkNamespaces {
  /** The network whose bridge a sandbox with a way out has from its beginning. */
  public static final int DEFAULT = 1;

  /** Most containers of a network at a time. */
  public static final int MOST_MEMBERS = 252;

  private static final String ALL = "10.222.0.0/16";

  /** Lets all users of a network open ICMP sockets, so that ping needs no raw ones. */
  private static final String PING =
      "echo '0 2147483647' 2>/dev/null > /proc/sys/net/ipv4/ping_group_range || :\n";

  /** The sandbox's network, for a command of {@link #withOuter}. */
  private static final String OUTER = "/proc/self/fd/9";

  private NetworkNamespaces() {}

  /**
   * Address of a member; the bridge itself is member 1, containers are 2 to 254, the last one as
   * {@link KeptNetwork}. Network 0 is that of {@link Egress}, where 2 is the gateway and 3 the name
   * server.
   */
  public static String address(int network, int member) {
    return "10.222." + network + "." + member;
  }

  /**
   * Fails where no network can be made.
   *
   * @throws EngineException saying what is missing
   */
  public static void require() throws EngineException {
    if (Tools.find("ip").isEmpty()) {
      throw EngineException.unsupported(
          "this agent cannot make networks: iproute2 is missing (apt-get install iproute2)");
    }
  }

  /** Makes the bridge of a network. */
  public static void bridge(RunSandbox sandbox, int network)
      throws IOException, InterruptedException {
    sandbox.run("sh", "-c", batch(bridgeOrders(network, sandbox.hasEgress()), ""));
  }

  static List<String> bridgeOrders(int network, boolean egress) {
    String name = "acb" + network;
    List<String> orders = new ArrayList<>();
    orders.add("link add " + name + " type bridge");
    orders.add("addr add " + address(network, 1) + "/24 dev " + name);
    orders.add("link set " + name + " up");
    if (egress) {
      orders.add("rule add pref 10 iif " + name + " to " + ALL + " unreachable");
    }
    return orders;
  }

  /**
   * A command that goes into another network than the sandbox's, with what {@link #joinScript}
   * needs to get back: the sandbox's network, open as a file. There is no other way to name it once
   * a command also has processes of its own.
   */
  static List<String> withOuter(RunSandbox sandbox, List<String> command) throws IOException {
    String script = "exec 9< /proc/" + sandbox.pid() + "/ns/net; exec \"$@\"";
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(command);
    return words;
  }

  /**
   * Lines of a shell script that hangs a fresh network namespace on a bridge; it is run in that
   * namespace by {@link #withOuter}. Nothing after it has the sandbox's network open.
   */
  static String joinScript(ContainerNetwork.Joined network) {
    String outer = "v" + network.network() + "x" + network.member();
    List<String> orders = new ArrayList<>();
    orders.add("link add eth0 type veth peer name " + outer + " netns " + OUTER);
    orders.add("link set lo up");
    orders.add("addr add " + address(network.network(), network.member()) + "/24 dev eth0");
    orders.add("link set eth0 up");
    if (network.routed()) {
      orders.add("route add default via " + address(network.network(), 1));
    }
    return PING
        + batch(orders, "")
        + "\nnsenter --net=%s ip link set %s master acb%d up\nexec 9<&-\n"
            .formatted(OUTER, outer, network.network());
  }

  /**
   * A shell's call of {@code ip} with many orders; it fails at the first that fails.
   *
   * @param then what the shell does with that
   */
  static String batch(List<String> orders, String then) {
    return "ip -batch - <<'END' " + then + "\n" + String.join("\n", orders) + "\nEND";
  }
}
