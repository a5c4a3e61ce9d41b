package io.slipway.taskfile.read;

import io.slipway.taskfile.plan.PlannedNetwork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and checks the networks of a task. */
final class ReadNetworks {
  private static final Set<String> KNOWN =
      Set.of("name", "driver", "ipv6", "skipCreation", "isDefault");

  private ReadNetworks() {}

  /**
   * Networks of a task; the default one if it declares none.
   *
   * @param given network from outside, which comes last and so is the default; or null
   */
  static List<PlannedNetwork> of(Properties task, @Nullable String given) {
    List<PlannedNetwork> networks = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Properties network :
        task.maps("networks", "a list of networks, for example [{name: a}]")) {
      network.warnOfUnknown(KNOWN, Map.of());
      String name = network.text("name", "");
      if (name.isEmpty()) {
        network.refuse("name", "name must be specified");
      } else if (!names.add(name)) {
        network.refuse("name", "network '" + name + "' is declared twice");
      }
      networks.add(
          new PlannedNetwork(
              name,
              network.text("driver", ""),
              network.flag("ipv6"),
              network.flag("skipCreation"),
              network.flag("isDefault")));
    }
    if (given != null) {
      networks.add(new PlannedNetwork(given, "external", false, true, true));
    }
    return networks.isEmpty() ? List.of(PlannedNetwork.DEFAULT) : networks;
  }

  /** Network of a step that names none: the last one that says so, or null. */
  static @Nullable String usual(List<PlannedNetwork> networks) {
    String found = null;
    for (PlannedNetwork network : networks) {
      found = network.isDefault() ? network.name() : found;
    }
    return found;
  }
}
