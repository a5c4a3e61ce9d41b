package io.slipway.demo;

import io.slipway.local.state.OwnSettings;
import io.slipway.local.state.Ports;
import io.slipway.local.state.PrivateFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the contexts, downloads and registries of a demo's runs be on this machine, because whoever
 * tries things has their git server there. The platform's own ports stay as they are, and steps
 * reach the machine's loopback no more than elsewhere. Written as the owner's own settings, so that
 * the owner sees them and can take them away; what is there already is left alone.
 */
final class OpenLoopback {
  private static final String ABOUT =
      """
      # Written by "./slipway demo": contexts, downloads and registries of runs may be on this
      # machine's loopback. Remove the line to close it, or name the ports that you need.
      """;

  private OpenLoopback() {}

  /** Writes the settings of agents and broker; they count from the platform's next start. */
  static void write(OwnSettings settings, Ports ports) {
    String open = String.join(",", besides(ports));
    write(settings.folder(), "run-agent", "slipway.agent.open-networks=" + open);
    write(settings.folder(), "credential-broker", "slipway.broker.open-networks=" + open);
  }

  /** The ports of loopback that are not the platform's, as entries of the setting. */
  static List<String> besides(Ports ports) {
    List<String> open = new ArrayList<>(List.of("127.0.0.1:1-" + (ports.frontDoor() - 1)));
    if (ports.last() < 65535) {
      open.add("127.0.0.1:" + (ports.last() + 1) + "-65535");
    }
    return open;
  }

  private static void write(Path folder, String service, String setting) {
    Path file = folder.resolve(service + ".properties");
    if (Files.notExists(file)) {
      PrivateFiles.write(file, ABOUT + setting + "\n");
    }
  }
}
