package io.slipway.local.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "slipway",
    mixinStandardHelpOptions = true,
    description = "The one-machine platform.",
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      DoctorCommand.class,
      AzCommand.class,
      EnvCommand.class,
      PlanCommand.class,
      RequestCommand.class,
      DeadRequestsCommand.class,
      VerifyCommand.class
    },
    footer = {
      "",
      "  demo     Starts the platform and plays the ACR article with the Azure CLI.",
      "  samples  Puts the base images of the sample projects into a registry.",
      "  test     Installs what the tests need and runs all of them.",
      "  bench    Measures builds, plans and the start of the platform.",
      "",
      "Each command has --help."
    })
public final class SlipwayCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
  }
}
