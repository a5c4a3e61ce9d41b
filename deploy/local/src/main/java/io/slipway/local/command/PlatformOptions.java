package io.slipway.local.command;

import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.StateFolder;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a platform is started with. What is not given stays as it was the last time. */
public final class PlatformOptions {
  @Option(
      names = "--port-base",
      paramLabel = "N",
      description =
          "First of its ports; the front door's own (default: 8443). Cannot be changed later.")
  private @Nullable Integer portBase;

  @Option(names = "--agents", paramLabel = "N", description = "Number of run agents (default: 2).")
  private @Nullable Integer agents;

  @Option(
      names = "--upstream",
      paramLabel = "REGISTRY=URL",
      description =
          "Where to import a registry's images from instead, for example"
              + " docker.io=https://mirror.example.com; repeatable.")
  private Map<String, String> upstreams = new LinkedHashMap<>();

  /**
   * Settings of a platform with these options over what it was started with the last time.
   *
   * @throws LocalException if an option is wrong, or cannot be changed any more
   */
  public PlatformSettings settings(StateFolder state) {
    PlatformSettings settings =
        PlatformSettings.load(state)
            .orElseGet(() ->
                PlatformSettings.fresh(portBase == null ? PlatformSettings.PORT_BASE : portBase));
    if (portBase != null && portBase != settings.ports().base()) {
      throw new LocalException(
          "The platform in "
              + state.root()
              + " has port base "
              + settings.ports().base()
              + ", which its addresses and tokens hold: use another --state for another port"
              + " base.");
    }
    if (agents != null) {
      settings = settings.withAgents(agents);
    }
    if (!upstreams.isEmpty()) {
      upstreams.forEach(PlatformOptions::checkUpstream);
      settings = settings.withUpstreams(upstreams);
    }
    return settings;
  }

  private static void checkUpstream(String registry, String address) {
    URI uri = URI.create(address);
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!web || uri.getHost() == null || address.contains(",")) {
      throw new LocalException(
          "--upstream "
              + registry
              + "="
              + address
              + ": not an address like https://mirror.example.com");
    }
  }
}
