package io.slipway.local.command;

import io.slipway.local.LocalException;
import io.slipway.local.Project;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.SupervisorLock;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which platform a command is about. */
final class StateOption {
  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Folder that holds the platform (default: .slipway in the project).")
  private @Nullable Path folder;

  StateFolder folder() {
    Path chosen = folder == null ? Project.here().root().resolve(".slipway") : folder;
    return new StateFolder(chosen.toAbsolutePath().normalize());
  }

  /** Settings of the platform, which must have been started before. */
  PlatformSettings settings() {
    return PlatformSettings.load(folder())
        .orElseThrow(() ->
            new LocalException(
                "There is no platform in " + folder().root() + ": start one with ./slipway up."));
  }

  /** Settings of the platform, which must be running. */
  PlatformSettings running() {
    PlatformSettings settings = settings();
    if (SupervisorLock.holder(folder()).isEmpty()) {
      throw new LocalException(
          "The platform in " + folder().root() + " does not run: ./slipway up --detach");
    }
    return settings;
  }
}
