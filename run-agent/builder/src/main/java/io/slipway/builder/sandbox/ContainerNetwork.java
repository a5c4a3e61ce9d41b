package io.slipway.builder.sandbox;

import java.nio.file.Path;

/** The network that a container has. */
public sealed interface ContainerNetwork {
  /** That of its sandbox. */
  record Sandbox() implements ContainerNetwork {}

  /**
   * One that was made for it, see {@link NetworkNamespaces}.
   *
   * @param namespace file of the namespace, seen in the sandbox only
   */
  record Joined(Path namespace) implements ContainerNetwork {}

  /** Nothing but a loopback of its own. */
  record None() implements ContainerNetwork {}

  /** The machine's. */
  record Host() implements ContainerNetwork {}
}
