package io.slipway.engine.builtin;

import io.slipway.engine.EngineException;
import io.slipway.engine.NetworkSpec;
import io.slipway.engine.builtin.sandbox.NetworkNamespaces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Networks of a run: bridges in its namespaces, and for each one file of names that its containers
 * share, so that a later one is known to an earlier one.
 */
final class RunNetworks {
  /** Network of steps that name none. */
  static final String DEFAULT = "acb_default_network";

  private static final int MOST = 200;

  private final BuiltinRun run;
  private final Map<String, Network> networks = new LinkedHashMap<>();

  private static final class Network {
    private final int number;
    private final Path hosts;
    private boolean made;
    private int members;

    Network(int number, Path hosts) {
      this.number = number;
      this.hosts = hosts;
    }
  }

  /** A container's place in a network. */
  record Place(Path namespace, Path hosts) {}

  RunNetworks(BuiltinRun run) {
    this.run = run;
  }

  /** Notes a network; it is made when a container joins it. */
  synchronized void create(NetworkSpec spec) throws EngineException {
    if (!spec.driver().isEmpty() && !spec.driver().equals("bridge")) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "network '"
              + spec.name()
              + "': the built-in engine has the driver bridge only, not '"
              + spec.driver()
              + "'");
    }
    if (spec.ipv6()) {
      throw new EngineException(
          EngineException.Cause.UNSUPPORTED,
          "network '" + spec.name() + "': the built-in engine has no IPv6 networks");
    }
    if (networks.size() >= MOST) {
      throw new EngineException(
          EngineException.Cause.USER, "a run has at most " + MOST + " networks");
    }
    try {
      note(spec.name());
    } catch (IOException failed) {
      throw new EngineException(
          EngineException.Cause.PLATFORM, "the network could not be made", failed);
    }
  }

  private Network note(String name) throws IOException {
    Network known = networks.get(name);
    if (known == null) {
      Path hosts =
          NameFiles.file(
              run.scratchFolder().resolve("hosts"),
              "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
      known = new Network(networks.size() + 1, hosts);
      networks.put(name, known);
    }
    return known;
  }

  /** Lets a container join, under its name. */
  synchronized Place join(String name, String container)
      throws EngineException, IOException, InterruptedException {
    if (!networks.containsKey(name) && !name.equals(DEFAULT)) {
      throw new EngineException(
          EngineException.Cause.USER,
          "network '" + name + "' not found; the task declares " + networks.keySet());
    }
    Network network = note(name);
    NetworkNamespaces namespaces = new NetworkNamespaces(run.sandbox());
    if (!network.made) {
      namespaces.bridge(network.number);
      network.made = true;
    }
    int member = ++network.members + 1;
    Path namespace = namespaces.join(network.number, member);
    Files.writeString(
        network.hosts,
        NetworkNamespaces.address(network.number, member) + "\t" + container + "\n",
        StandardOpenOption.APPEND);
    return new Place(namespace, network.hosts);
  }
}
