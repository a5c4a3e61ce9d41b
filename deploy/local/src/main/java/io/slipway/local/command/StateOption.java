package io.slipway.local.command;

import io.slipway.local.state.LocalException;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.SupervisorLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform a command is about. */
public final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Folder that holds the platform (default: SLIPWAY_STATE, else .slipway in the project).")
  private @Nullable Path folder;

  /** Folder of the platform, which need not exist yet. */
  public StateFolder folder() {
    Path chosen = folder == null ? usual() : folder;
    return new StateFolder(chosen.toAbsolutePath().normalize());
  }

  /** A shell that evaluated {@code ./slipway env} stays with its platform. */
  private static Path usual() {
    String named = System.getenv("SLIPWAY_STATE");
    return named == null || named.isBlank()
        ? Project.here().root().resolve(".slipway")
        : Path.of(named);
  }

  /** Settings of the platform, which must have been started before. */
  PlatformSettings settings() {
    return PlatformSettings.load(folder())
        .orElseThrow(() ->
            new LocalException(
                "There is no platform in " + folder().root() + ": start one with ./slipway up."));
  }

  /** Settings of the platform, which must be running. */
  public PlatformSettings running() {
    PlatformSettings settings = settings();
    if (SupervisorLock.holder(folder()).isEmpty()) {
      throw new LocalException(
          "The platform in "
              + folder().root()
              + " is not running; start it with ./slipway up --detach");
    }
    return settings;
  }
}
