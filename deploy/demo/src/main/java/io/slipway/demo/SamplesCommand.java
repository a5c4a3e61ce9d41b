package io.slipway.demo;

import io.slipway.local.command.StateOption;
import io.slipway.local.state.PlatformSettings;
import io.slipway.local.state.Project;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the base images of the sample projects. */
@Command(
    name = "samples",
    mixinStandardHelpOptions = true,
    description = "Puts the base images of deploy/demo/samples into a registry.")
final class SamplesCommand implements Runnable {
  @Mixin private StateOption state;

  @Option(
      names = "--registry",
      paramLabel = "NAME",
      defaultValue = "myregistry",
      description = "Registry to put them into (default: ${DEFAULT-VALUE}, which the demo makes).")
  private String registry;

  @Parameters(
      paramLabel = "IMAGE",
      description = "Only these: shell, python, c, node, jdk (default: all).")
  private List<String> images = new ArrayList<>();

  @Override
  public void run() {
    PlatformSettings settings = state.running();
    new Samples(Project.here(), state.folder(), System.out).prepare(settings, registry, images);
  }
}
