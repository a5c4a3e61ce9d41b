package io.slipway.builder.sandbox;

import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import java.util.List;

/**
 * What root may do in a container: Docker's set, but for raw sockets where they would reach the
 * machine.
 *
 * @see <a
 *     href="https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities">the
 *     list</a>
 */
final class Capabilities {
  private static final String RAW_SOCKETS = "net_raw";

  private static final List<String> DEFAULT =
      List.of(
          "chown",
          "dac_override",
          "fowner",
          "fsetid",
          "kill",
          "setgid",
          "setuid",
          "setpcap",
          "net_bind_service",
          RAW_SOCKETS,
          "sys_chroot",
          "mknod",
          "audit_write",
          "setfcap");

  private Capabilities() {}

  /**
   * The names, in lower case and without {@code CAP_}, of what a container may do.
   *
   * <p>In the sandbox's own network is the device of its way out. What is written to it by a raw
   * socket passes by the routes that close the machine's addresses, so that such frames would reach
   * the machine's loopback. Other networks are routed, or have no such device.
   */
  static List<String> of(ContainerNetwork network) {
    return network instanceof ContainerNetwork.Sandbox
        ? DEFAULT.stream().filter(name -> !name.equals(RAW_SOCKETS)).toList()
        : DEFAULT;
  }
}
