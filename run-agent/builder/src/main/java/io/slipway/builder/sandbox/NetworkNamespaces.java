package io.slipway.builder.sandbox;

import io.slipway.builder.EngineException;
import io.slipway.builder.process.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Bridges in a sandbox's network, and networks of containers that hang on them. All of it is the
 * kernel's; it ends with the sandbox.
 */
public final class NetworkNamespaces {
  private static final String ALL = "10.222.0.0/16";

  private final RunSandbox sandbox;

  /** The network namespaces of a sandbox. */
  public NetworkNamespaces(RunSandbox sandbox) {
    this.sandbox = sandbox;
  }

  /**
   * Address of a member; the bridge itself is member 1. Network 0 is that of {@link Egress}, where
   * 2 is the gateway and 3 the name server.
   */
  public static String address(int network, int member) {
    return "10.222." + network + "." + member;
  }

  public void bridge(int network) throws EngineException, IOException, InterruptedException {
    if (Tools.find("ip").isEmpty()) {
      throw EngineException.unsupported(
          "this agent cannot make networks: iproute2 is missing (apt-get install iproute2)");
    }
    String name = "acb" + network;
    sandbox.run(null, "ip", "link", "add", name, "type", "bridge");
    sandbox.run(null, "ip", "addr", "add", address(network, 1) + "/24", "dev", name);
    sandbox.run(null, "ip", "link", "set", name, "up");
    if (sandbox.hasEgress()) {
      sandbox.run(null, "ip", "rule", "add", "pref", "10", "iif", name, "to", ALL, "unreachable");
    }
  }

  /**
   * Makes a container's network and joins it to a bridge.
   *
   * @param member number in the network, 2 to 254
   * @return file of its namespace, for {@link ContainerProcess#network()}
   */
  public Path join(int network, int member)
      throws EngineException, IOException, InterruptedException {
    if (member > 254) {
      throw EngineException.user("a network of a run has at most 253 containers");
    }
    String outer = "v" + network + "x" + member;
    Path file = sandbox.scratch().resolve(outer);
    Files.createFile(file);
    sandbox.run(null, "unshare", "--net=" + file, "true");
    // Made inside; the other end goes to the sandbox's first process.
    sandbox.run(
        file, "ip", "link", "add", "eth0", "type", "veth", "peer", "name", outer, "netns", "1");
    sandbox.run(file, "ip", "link", "set", "lo", "up");
    sandbox.run(file, "ip", "addr", "add", address(network, member) + "/24", "dev", "eth0");
    sandbox.run(file, "ip", "link", "set", "eth0", "up");
    if (sandbox.hasEgress()) {
      sandbox.run(file, "ip", "route", "add", "default", "via", address(network, 1));
    }
    sandbox.run(null, "ip", "link", "set", outer, "master", "acb" + network, "up");
    return file;
  }

  /** Removes a container's network; nothing of the container is running any more. */
  public void leave(Path namespace) throws IOException, InterruptedException {
    // The kernel takes a namespace down later, and its cable with it; the number is free at once.
    sandbox.run(null, "ip", "link", "del", String.valueOf(namespace.getFileName()));
    sandbox.run(null, "umount", namespace.toString());
    Files.deleteIfExists(namespace);
  }
}
