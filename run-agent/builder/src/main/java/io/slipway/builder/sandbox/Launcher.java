package io.slipway.builder.sandbox;

import java.io.IOException;

/** A way to turn a mounted root and a process into a container. */
interface Launcher {
  /** Its name, as in the configuration. */
  String name();

  /** How many process namespaces it makes itself. */
  int processNamespaces();

  /** Whether limits of memory and processors are kept. */
  boolean hasLimits();

  /**
   * The end of a shell script that is run as the first process of a fresh process and mount
   * namespace, with the root mounted; its last command becomes the container's process.
   */
  String script(Rootfs rootfs, ContainerProcess process) throws IOException;
}
