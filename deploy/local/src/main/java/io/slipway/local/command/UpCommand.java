package io.slipway.local.command;

import io.slipway.local.machine.DebianPackages;
import io.slipway.local.machine.EnginePrograms;
import io.slipway.local.part.Parts;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import io.slipway.local.state.StateFolder;
import io.slipway.local.supervisor.DetachedSupervisor;
import io.slipway.local.supervisor.Supervisor;
import io.slipway.local.supervisor.SupervisorLock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Starts the platform. */
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
          "The platform in " + folder.root() + " runs already; see ./slipway status.");
      return 0;
    }
    if (detach) {
      DetachedSupervisor.start(folder, settings, System.out::println);
      return 0;
    }
    DebianPackages.offer("The build engine", EnginePrograms.all(), UpCommand::say);
    Supervisor supervisor =
        new Supervisor(
            folder,
            settings,
            () -> Parts.prepare(Project.here(), folder, settings),
            UpCommand::say);
    Runtime.getRuntime().addShutdownHook(new Thread(supervisor::close, "stop"));
    supervisor.start();
    new CountDownLatch(1).await();
    return 0;
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
