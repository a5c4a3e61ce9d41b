package io.slipway.local.command;

import io.slipway.local.supervisor.DetachedSupervisor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = "Stops the platform; its data is kept.")
final class DownCommand implements Runnable {
  @Mixin private StateOption state;

  @Override
  public void run() {
    boolean ran = DetachedSupervisor.stop(state.folder(), System.out::println);
    System.out.println(
        "The platform in " + state.folder().root() + (ran ? " is stopped." : " is not running."));
  }
}
