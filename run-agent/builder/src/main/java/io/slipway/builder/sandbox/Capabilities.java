package io.slipway.builder.sandbox;

import java.util.List;

/**
 * What root may do in a container: Docker's set.
 *
 * @see <a
 *     href="https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities">the
 *     list</a>
 */
final class Capabilities {
  static final List<String> DEFAULT =
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
          "net_raw",
          "sys_chroot",
          "mknod",
          "audit_write",
          "setfcap");

  private Capabilities() {}
}
