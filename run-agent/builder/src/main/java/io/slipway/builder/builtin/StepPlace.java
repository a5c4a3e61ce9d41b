package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.sandbox.ContainerNetwork;
import io.slipway.builder.sandbox.Egress;
import io.slipway.builder.sandbox.Mount;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Where a step's container is in the run's networks, and what of it the machine answers for. */
final class StepPlace {
  private final RunNetworks networks;
  private final ContainerNetwork network;
  private final List<Mount> files;
  private final @Nullable Egress egress;
  private final RunNetworks.@Nullable Place joined;
  private final List<Long> published = new ArrayList<>();
  private final AtomicBoolean left = new AtomicBoolean();

  private StepPlace(
      RunNetworks networks,
      ContainerNetwork network,
      List<Mount> files,
      @Nullable Egress egress,
      RunNetworks.@Nullable Place joined) {
    this.networks = networks;
    this.network = network;
    this.files = files;
    this.egress = egress;
    this.joined = joined;
  }

  static StepPlace of(
      BuiltinEngine engine, BuiltinRun run, RunNetworks networks, ContainerSpec spec)
      throws EngineException, IOException, InterruptedException {
    String name = spec.network() == null ? RunNetworks.DEFAULT : spec.network();
    if (!spec.ports().isEmpty() && (name.equals("host") || name.equals("none"))) {
      throw new EngineException(
          EngineException.Cause.USER, "ports cannot be published with network: " + name);
    }
    if (name.equals("host")) {
      engine.requireHostNetwork("network: host");
      return new StepPlace(
          networks,
          new ContainerNetwork.Host(),
          NameFiles.ofHost(run.scratchFolder(), spec.name()),
          null,
          null);
    }
    if (name.equals("none")) {
      return new StepPlace(
          networks,
          new ContainerNetwork.None(),
          NameFiles.write(run.scratchFolder(), spec.name(), "127.0.0.1\tlocalhost\n", false),
          null,
          null);
    }
    RunNetworks.Place place = networks.join(name, spec.name());
    List<Mount> files =
        new ArrayList<>(NameFiles.write(run.scratchFolder(), spec.name(), "", engine.hasEgress()));
    files.set(0, Mount.bind(place.hosts(), "/etc/hosts", true));
    return new StepPlace(
        networks,
        new ContainerNetwork.Joined(place.namespace()),
        files,
        run.sandbox().egress(),
        place);
  }

  ContainerNetwork network() {
    return network;
  }

  /** Files by which the container knows names. */
  List<Mount> files() {
    return files;
  }

  /** Has the agent's loopback answer for ports of the container. */
  void publish(List<PublishedPort> ports) throws EngineException, IOException {
    RunNetworks.Place place = joined;
    if (ports.isEmpty() || place == null) {
      return;
    }
    if (egress == null) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "this agent cannot publish ports: it has no slirp4netns that works; see ./slipway"
              + " doctor");
    }
    for (PublishedPort port : ports) {
      try {
        published.add(
            egress.publish(port.protocol(), port.host(), place.address(), port.container()));
      } catch (IOException refused) {
        throw new EngineException(
            EngineException.Cause.USER,
            "port %d/%s cannot be published on the agent's loopback: %s"
                .formatted(port.host(), port.protocol(), refused.getMessage()),
            refused);
      }
    }
  }

  /** Gives the place up. */
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
  }
}
