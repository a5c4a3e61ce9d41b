package io.slipway.builder.sandbox;

import io.slipway.builder.sandbox.ContainerProcess.Rights;
import java.util.List;

/**
 * What root may do in a container: Docker's set, but for raw sockets, whose frames pass by what a
 * kernel decides for others.
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
   * The names, in lower case and without {@code CAP_}, of what a container with those rights may
   * do; all is not among them.
   */
  static List<String> of(Rights rights) {
    if (rights == Rights.NONE) {
      return List.of();
    }
    return rights == Rights.RAW_SOCKETS
        ? DEFAULT
        : DEFAULT.stream().filter(name -> !name.equals(RAW_SOCKETS)).toList();
  }
}
