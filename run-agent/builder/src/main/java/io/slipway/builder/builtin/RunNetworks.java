package io.slipway.builder.builtin;

import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun.NetworkSpec;
import io.slipway.builder.process.HostName;
import io.slipway.builder.sandbox.ContainerProcess.ContainerNetwork;
import io.slipway.builder.sandbox.KeptNetwork;
import io.slipway.builder.sandbox.NetworkNamespaces;
import io.slipway.builder.sandbox.RunSandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Networks of a run: bridges in its namespaces, and for each one file of names that its containers
 * share, so that a later one is known to an earlier one.
 */
final class RunNetworks {
  /** Network of steps that name none. */
  static final String DEFAULT = "acb_default_network";

  /** Network of RUN; no declared one has such a name. */
  private static final String BUILDS = " builds";

  private static final int MOST = 200;
  private static final String LOCAL =
      "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n";

  private final RunResources resources;
  private final Map<String, Network> networks = new LinkedHashMap<>();
  private int declared = NetworkNamespaces.DEFAULT;

  private static final class Network {
    private final int number;
    private final Path hosts;

    /** Names of the containers by their number in the network; the bridge is 1. */
    private final Map<Integer, String> members = new TreeMap<>();

    private boolean made;

    Network(int number, Path hosts) {
      this.number = number;
      this.hosts = hosts;
    }

    /** A number that nobody has. */
    int free(RunSandbox sandbox) throws EngineException {
      if (members.size() >= NetworkNamespaces.MOST_MEMBERS) {
        throw EngineException.user(
            "a network of a run has at most " + NetworkNamespaces.MOST_MEMBERS + " containers");
      }
      int member = sandbox.nextMember();
      while (members.containsKey(member)) {
        member = sandbox.nextMember();
      }
      return member;
    }

    /** In place, since containers have this very file mounted. */
    void writeNames() throws IOException {
      StringBuilder text = new StringBuilder(LOCAL);
      members.forEach((member, name) ->
          text.append(NetworkNamespaces.address(number, member))
              .append('\t')
              .append(names(name))
              .append('\n'));
      Files.writeString(hosts, text);
    }

    /**
     * Others call a container by its step's id, itself by its host name. A host name that is also
     * the id of another step is left to that step: whoever calls the id must reach its container.
     */
    private String names(String container) {
      String hostName = HostName.of(container);
      return members.containsValue(hostName) ? container : container + " " + hostName;
    }
  }

  /**
   * What a container has of a network.
   *
   * @param name name of the network
   * @param network how the container joins it
   * @param hosts file of names
   */
  record Endpoint(String name, ContainerNetwork.Joined network, Path hosts) {
    String address() {
      return NetworkNamespaces.address(network.network(), network.member());
    }
  }

  RunNetworks(RunResources resources) {
    this.resources = resources;
  }

  /** The network of a step. */
  static String nameOf(ContainerSpec spec) {
    return spec.network() == null ? DEFAULT : spec.network();
  }

  /** Declares a network; it is made when a container joins it. */
  synchronized void create(NetworkSpec spec) throws EngineException {
    if (!spec.driver().isEmpty() && !spec.driver().equals("bridge")) {
      throw EngineException.unsupported(
          "network '%s': the built-in engine has the driver bridge only, not '%s'"
              .formatted(spec.name(), spec.driver()));
    }
    if (spec.ipv6()) {
      throw EngineException.unsupported(
          "network '" + spec.name() + "': the built-in engine has no IPv6 networks");
    }
    if (networks.size() >= MOST) {
      throw EngineException.user("a run has at most " + MOST + " networks");
    }
    try {
      note(spec.name());
    } catch (IOException failed) {
      throw EngineException.platform("the network could not be made", failed);
    }
  }

  private List<String> names() {
    return networks.keySet().stream().filter(name -> !name.equals(BUILDS)).toList();
  }

  private Network note(String name) throws IOException {
    Network known = networks.get(name);
    if (known == null) {
      Path hosts = NameFiles.file(resources.scratchFile("hosts"), LOCAL);
      int number = name.equals(DEFAULT) ? NetworkNamespaces.DEFAULT : ++declared;
      known = new Network(number, hosts);
      networks.put(name, known);
    }
    return known;
  }

  /** Lets RUN join a network in which no step is. */
  synchronized Endpoint joinForBuild(RunSandbox sandbox)
      throws EngineException, IOException, InterruptedException {
    Network builds = note(BUILDS);
    // Nobody calls it by its name.
    return join(builds, BUILDS, "run-" + UUID.randomUUID(), sandbox, null);
  }

  /**
   * Lets a container join, under its name.
   *
   * @param kept what may be lent to it in the default network; null for nothing
   */
  synchronized Endpoint join(
      String name, String container, RunSandbox sandbox, @Nullable KeptNetwork kept)
      throws EngineException, IOException, InterruptedException {
    if (!networks.containsKey(name) && !name.equals(DEFAULT)) {
      throw EngineException.user("network '" + name + "' not found; the task declares " + names());
    }
    return join(note(name), name, container, sandbox, kept);
  }

  private Endpoint join(
      Network network,
      String name,
      String container,
      RunSandbox sandbox,
      @Nullable KeptNetwork kept)
      throws EngineException, IOException, InterruptedException {
    NetworkNamespaces.require();
    if (!network.made) {
      if (network.number != NetworkNamespaces.DEFAULT || !sandbox.hasBridge()) {
        NetworkNamespaces.bridge(sandbox, network.number);
      }
      network.made = true;
    }
    boolean lent = kept != null && kept.lend();
    int member = lent ? KeptNetwork.MEMBER : network.free(sandbox);
    network.members.put(member, container);
    network.writeNames();
    return new Endpoint(
        name,
        new ContainerNetwork.Joined(
            network.number, member, sandbox.hasEgress(), lent ? kept : null),
        network.hosts);
  }

  /** Forgets a container that has ended; its number may be given to another. */
  synchronized void leave(Endpoint endpoint) throws IOException {
    Network network = networks.get(endpoint.name());
    if (network == null || resources.isClosed()) {
      return;
    }
    network.members.remove(endpoint.network().member());
    network.writeNames();
  }
}
