package io.slipway.taskfile.plan;

import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import java.util.List;

/** What a step does. */
public sealed interface StepAction {
  /**
   * Runs a container.
   *
   * @param text the command as rendered
   * @param image its image
   * @param arguments its arguments, split as a shell would
   */
  record Cmd(String text, ImageReference image, List<String> arguments) implements StepAction {}

  /**
   * Builds an image.
   *
   * @param text the arguments as rendered
   * @param command what they say
   * @param cache whether its layers are kept in and taken from a registry
   */
  record Build(String text, BuildCommand command, CacheSetting cache) implements StepAction {}

  /** Pushes images, one after another. */
  record Push(List<ImageReference> images) implements StepAction {}
}
