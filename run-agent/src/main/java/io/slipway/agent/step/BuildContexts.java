package io.slipway.agent.step;

import io.slipway.builder.ExtraContext;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.build.ContextAddress;
import io.slipway.taskfile.build.NamedContext;
import io.slipway.taskfile.build.NamedContexts;
import io.slipway.taskfile.plan.PlannedStep;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The contexts of a build's {@code --build-context} flags. Folders of the workspace are used as
 * they are; what is at an address is fetched into a folder beside the step's own context.
 */
final class BuildContexts {
  private final StepTools tools;
  private final PlannedStep step;
  private int fetched;

  BuildContexts(StepTools tools, PlannedStep step) {
    this.tools = tools;
    this.step = step;
  }

  /** Fetches the contexts that are addresses, and finds the folders. */
  NamedContexts<ExtraContext> bring(NamedContexts<NamedContext> named)
      throws Refusal, InterruptedException {
    Map<String, ExtraContext> contexts = new LinkedHashMap<>();
    for (Map.Entry<String, NamedContext> each : named.byName().entrySet()) {
      contexts.put(each.getKey(), bring(each.getKey(), each.getValue()));
    }
    return new NamedContexts<>(contexts);
  }

  private ExtraContext bring(String name, NamedContext context)
      throws Refusal, InterruptedException {
    return switch (context) {
      case NamedContext.Image image -> new ExtraContext.Image(image.image());
      case NamedContext.Layout layout -> {
        // A layout is always a folder, even if its name looks like an address.
        String path = layout.path().startsWith("/") ? layout.path() : "./" + layout.path();
        yield new ExtraContext.Layout(folder(name, path), layout.tag(), layout.digest());
      }
      case NamedContext.Files files -> new ExtraContext.Folder(folder(name, files.address()));
    };
  }

  private Path folder(String name, String address) throws Refusal, InterruptedException {
    if (!(ContextAddress.parse(address) instanceof ContextAddress.Local)) {
      tools.log("Downloading build context " + name + "...");
    }
    Path workspace = tools.attempt().workspace().made();
    try {
      return tools
          .fetchContext()
          .fetch(
              address,
              workspace.resolve(
                  ContainerPath.inWorkspace(step.container().workingDirectory(), ".")),
              // Not a valid id, so no step has this name.
              step.id() + "@" + ++fetched,
              tools.contexts())
          .folder();
    } catch (Refusal failed) {
      throw failed.because("--build-context " + name);
    }
  }
}
