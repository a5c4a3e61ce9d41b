package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.ContainerProcess.Mount;
import io.slipway.builder.sandbox.Egress;
import io.slipway.builder.sandbox.KeptNetwork;
import io.slipway.builder.sandbox.RunSandbox;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The network of a step's container, its files of names, and its published ports. */
final class StepNetwork {
  private final RunNetworks networks;
  private final ContainerNetwork network;
  private final List<Mount> files;
  private final @Nullable Egress egress;
  private final RunNetworks.@Nullable Endpoint joined;
  private final List<Long> published = new ArrayList<>();
  private final AtomicBoolean left = new AtomicBoolean();
  private volatile boolean whole;

  private StepNetwork(
      RunNetworks networks,
      ContainerNetwork network,
      List<Mount> files,
      @Nullable Egress egress,
      RunNetworks.@Nullable Endpoint joined) {
    this.networks = networks;
    this.network = network;
    this.files = files;
    this.egress = egress;
    this.joined = joined;
  }

  static StepNetwork of(Host host, RunResources resources, RunNetworks networks, ContainerSpec spec)
      throws EngineException, IOException, InterruptedException {
    String name = RunNetworks.nameOf(spec);
    if (!spec.ports().isEmpty() && (name.equals("host") || name.equals("none"))) {
      throw EngineException.user("ports cannot be published with network: " + name);
    }
    if (name.equals("host")) {
      host.requireHostNetwork("network: host");
      return new StepNetwork(
          networks,
          new ContainerNetwork.Host(),
          NameFiles.ofHost(resources::scratchFile, spec.name()),
          null,
          null);
    }
    if (name.equals("none")) {
      return new StepNetwork(
          networks,
          new ContainerNetwork.None(),
          NameFiles.write(resources::scratchFile, spec.name(), "127.0.0.1\tlocalhost\n", false),
          null,
          null);
    }
    RunSandbox sandbox = resources.sandbox(spec);
    RunNetworks.Endpoint endpoint =
        networks.join(
            name, spec.name(), sandbox, RunResources.isPlain(spec) ? sandbox.keptNetwork() : null);
    List<Mount> files =
        NameFiles.write(resources::scratchFile, spec.name(), endpoint.hosts(), host.hasEgress());
    return new StepNetwork(networks, endpoint.network(), files, sandbox.egress(), endpoint);
  }

  ContainerNetwork network() {
    return network;
  }

  /** Files by which the container knows names. */
  List<Mount> files() {
    return files;
  }

  /** Publishes ports of the container on the agent's loopback. */
  void publish(List<PublishedPort> ports) throws EngineException, IOException {
    RunNetworks.Endpoint endpoint = joined;
    if (ports.isEmpty() || endpoint == null) {
      return;
    }
    if (egress == null) {
      throw EngineException.unsupported(
          "this agent cannot publish ports: it has no slirp4netns that works; see ./slipway"
              + " doctor");
    }
    for (PublishedPort port : ports) {
      try {
        published.add(
            egress.publish(port.protocol(), port.host(), endpoint.address(), port.container()));
      } catch (IOException refused) {
        throw EngineException.user(
            "port %d/%s cannot be published on the agent's loopback: %s"
                .formatted(port.host(), port.protocol(), refused.getMessage()),
            refused);
      }
    }
  }

  /** Keeps what was lent to the container, which began and ended by itself, for the next one. */
  void keep() {
    whole = true;
  }

  /** Leaves the network and unpublishes the ports; does nothing the second time. */
  void leave() throws IOException {
    if (left.getAndSet(true) || joined == null) {
      return;
    }
    if (egress != null) {
      for (long each : published) {
        egress.unpublish(each);
      }
    }
    networks.leave(joined);
    KeptNetwork kept = joined.network().kept();
    if (kept != null && whole) {
      kept.giveBack();
    }
  }
}
