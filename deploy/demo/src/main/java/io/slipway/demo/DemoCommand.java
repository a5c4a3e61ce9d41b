package io.slipway.demo;

import io.slipway.local.command.PlatformOptions;
import io.slipway.local.command.StateOption;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Plays the article on this machine. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Starts the platform and plays, with the real Azure CLI, a task that pulls its base image"
            + " from another registry with a managed identity.")
final class DemoCommand implements Runnable {
  @Mixin private StateOption state;
  @Mixin private PlatformOptions options;

  @Override
  public void run() {
    StateFolder folder = state.folder();
    folder.create();
    new Demo(Project.here(), folder, System.out).play(options.settings(folder));
  }
}
