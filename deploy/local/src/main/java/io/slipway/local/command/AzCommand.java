package io.slipway.local.command;

import io.slipway.local.az.AzureCli;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "az",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the Azure CLI against the running platform, logged in as its administrator.",
      "Its settings are in the platform's folder; your own are not touched. Options of this command go before the arguments."
    })
final class AzCommand implements Callable<Integer> {
  @Mixin private StateOption state;

  @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "As for az.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PlatformSettings settings = state.running();
    return new AzureCli(Project.here(), state.folder(), settings)
        .process(arguments)
        .inheritIO()
        .start()
        .waitFor();
  }
}
