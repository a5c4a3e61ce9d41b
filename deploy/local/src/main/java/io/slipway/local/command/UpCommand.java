package io.slipway.local.command;

import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.DetachedSupervisor;
import io.slipway.local.supervisor.RunPlatform;
import io.slipway.local.supervisor.SupervisorLock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts the platform and keeps it running until Ctrl-C or ./slipway down.")
final class UpCommand implements Callable<Integer> {
  @Mixin private StateOption state;
  @Mixin private PlatformOptions options;

  @Option(
      names = "--detach",
      description = "Returns when the platform is ready, and leaves it running in the background.")
  private boolean detach;

  @Override
  public Integer call() throws InterruptedException {
    StateFolder folder = state.folder();
    PlatformSettings settings = options.settings(folder);
    if (SupervisorLock.holder(folder).isPresent()) {
      System.out.println(
          "The platform in " + folder.root() + " is already running; see ./slipway status.");
      return 0;
    }
    if (detach) {
      DetachedSupervisor.start(folder, settings, System.out::println);
      return 0;
    }
    RunPlatform.untilEnded(folder, settings, UpCommand::say);
    return 0;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
