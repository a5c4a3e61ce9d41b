package io.slipway.builder.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.builder.process.Tools;
import io.slipway.identity.client.egress.EgressPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A sandbox's way out, by slirp4netns: it makes connections as an ordinary process of the machine,
 * so that nothing of the machine's own network is changed, as root or not.
 *
 * <p>Steps reach what the {@link EgressPolicy} allows, and their name servers wherever those are.
 * They do not reach this machine's loopback, whatever is opened.
 */
public final class Egress implements AutoCloseable {
  /** Address of the name server in every sandbox that reaches other hosts. */
  public static final String NAME_SERVER = NetworkNamespaces.address(0, 3);

  private static final String DEVICE = "tap0";
  private static final String CLOSED = " table 222";

  private final Process process;
  private final EgressOrders orders;

  /** Whether this machine has a way to all of IPv4, which is the only kind that sandboxes have. */
  public static boolean isRouted() throws IOException {
    try (Stream<String> routes = Files.lines(Path.of("/proc/net/route"))) {
      return routes.anyMatch(Egress::isDefault);
    }
  }

  /** A line has the network second; the last one may be empty. */
  static boolean isDefault(String route) {
    String[] columns = route.split("\t");
    return columns.length > 1 && columns[1].equals("00000000");
  }

  private Egress(Process process, EgressOrders orders) {
    this.process = process;
    this.orders = orders;
  }

  /**
   * Opens one.
   *
   * @throws IOException if it is not possible here; the message says why
   */
  static Egress open(RunSandbox sandbox, Path socket) throws IOException {
    if (Tools.find("slirp4netns").isEmpty()) {
      throw new IOException("slirp4netns is not installed");
    }
    ProcessBuilder builder =
        new ProcessBuilder(
            "slirp4netns",
            "--configure",
            "--mtu=65520",
            // Wide enough for every network of a run: it then answers to all of their addresses.
            "--cidr=10.222.0.0/16",
            "--disable-host-loopback",
            "--enable-sandbox",
            "--enable-seccomp",
            "--ready-fd=1",
            "--api-socket=" + socket,
            // Ends with this process, however that ends.
            "--exit-fd=0",
            String.valueOf(sandbox.pid()),
            DEVICE);
    builder.environment().clear();
    builder.environment().putAll(Tools.ENVIRONMENT);
    Process process = builder.start();
    Egress egress = new Egress(process, new EgressOrders(socket));
    try {
      if (!isReady(process.getInputStream())) {
        String message =
            new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        throw new IOException("slirp4netns: " + message.strip().replace('\n', ' '));
      }
      return egress;
    } catch (IOException | RuntimeException failed) {
      egress.close();
      throw failed;
    }
  }

  /** It writes {@code 1} when it is ready; warnings before that hold no digit. */
  private static boolean isReady(InputStream out) throws IOException {
    for (int next = out.read(); next >= 0; next = out.read()) {
      if (next == '1') {
        return true;
      }
    }
    return false;
  }

  /**
   * Lines of a shell script that sets a sandbox's network up for a way out, before it has one. It
   * ends with a code of failure if what closes the borders cannot be done, and says whether there
   * is a bridge, which no border depends on.
   */
  static String beginScript(EgressPolicy policy) {
    List<String> bridge = NetworkNamespaces.bridgeOrders(NetworkNamespaces.DEFAULT, true);
    return """
    echo 1 > /proc/sys/net/ipv4/ip_forward || exit 1
    echo 1 > /proc/sys/net/ipv4/conf/default/proxy_arp || exit 1
    for each in all default; do echo 0 > /proc/sys/net/ipv4/conf/$each/rp_filter || exit 1; done
    # Or else the kernel says only once in a second that a network is closed.
    echo 0 2>/dev/null > /proc/sys/net/ipv4/icmp_ratelimit || :
    %s
    %s
    """
        .formatted(
            NetworkNamespaces.batch(borders(policy.routes()), "|| exit 1"),
            NetworkNamespaces.batch(bridge, "2>/dev/null && echo " + RunSandbox.BRIDGE));
  }

  /**
   * What is closed has a table of its own, which is asked before the main one. It says so to who
   * asks, who would wait for minutes otherwise. What is open in it is thrown back to the main one,
   * by the more exact network of both. Answers of a port that is open come from an address that is
   * not, so nobody looks whether there is a way back.
   */
  private static List<String> borders(EgressPolicy.Routes routes) {
    List<String> orders = new ArrayList<>();
    orders.add("link set lo up");
    routes.closed().forEach(each -> orders.add("route replace prohibit " + each + CLOSED));
    // All networks of runs, which no policy closes: a run's own is among them.
    orders.add("route replace throw 10.222.0.0/16" + CLOSED);
    routes.opened().forEach(each -> orders.add("route replace throw " + each + CLOSED));
    // All may reach the gateway and the name server; no network of a run reaches another.
    orders.add("rule add pref 5 to 10.222.0.0/24 lookup main");
    orders.add("rule add pref 10 iif lo to 10.222.0.0/16 unreachable");
    for (EgressPolicy.OpenPorts open : routes.ports()) {
      orders.add(
          "rule add pref 15 to %s ipproto tcp dport %d-%d lookup main"
              .formatted(open.address(), open.first(), open.last()));
    }
    orders.add("rule add pref 20 lookup 222");
    return orders;
  }

  /**
   * Has the machine's loopback answer for a port of a container.
   *
   * @param protocol {@code tcp} or {@code udp}
   * @return number for {@link #unpublish}
   * @throws IOException if the port is taken
   */
  public long publish(String protocol, int hostPort, String address, int port) throws IOException {
    return orders.publish(protocol, hostPort, address, port);
  }

  /** Ends what {@link #publish} began; with its process all of it has ended. */
  public void unpublish(long number) throws IOException {
    if (isAlive()) {
      orders.unpublish(number);
    }
  }

  /** Whether anything gets through. */
  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    orders.forget();
  }

  /**
   * Orders to slirp4netns, one connection for each.
   *
   * @see <a
   *     href="https://github.com/rootless-containers/slirp4netns/blob/master/slirp4netns.1.md">its
   *     API socket</a>
   */
  static final class EgressOrders {
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Path socket;

    EgressOrders(Path socket) {
      this.socket = socket;
    }

    long publish(String protocol, int hostPort, String address, int port) throws IOException {
      ObjectNode arguments = JsonNodeFactory.instance.objectNode();
      arguments.put("proto", protocol);
      arguments.put("host_addr", "127.0.0.1").put("host_port", hostPort);
      arguments.put("guest_addr", address).put("guest_port", port);
      return order("add_hostfwd", arguments, "it is taken").path("return").path("id").asLong();
    }

    void unpublish(long number) throws IOException {
      order(
          "remove_hostfwd",
          JsonNodeFactory.instance.objectNode().put("id", number),
          "it is not published");
    }

    private JsonNode order(String name, ObjectNode arguments, String meaning) throws IOException {
      ObjectNode order = JsonNodeFactory.instance.objectNode();
      order.put("execute", name).set("arguments", arguments);
      try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
        channel.connect(UnixDomainSocketAddress.of(socket));
        ByteBuffer bytes = ByteBuffer.wrap(order.toString().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.shutdownOutput();
        JsonNode answer = MAPPER.readTree(Channels.newInputStream(channel).readAllBytes());
        if (answer.has("error")) {
          String message = answer.path("error").path("desc").asText();
          throw new IOException(message.contains("hostfwd failed") ? meaning : message);
        }
        return answer;
      }
    }

    void forget() {
      try {
        Files.deleteIfExists(socket);
      } catch (IOException left) {
        // It lies in a scratch folder, which is emptied when the engine is next opened.
      }
    }
  }
}
