package io.slipway.taskfile.plan;

import io.slipway.taskfile.build.BuildCommand;
import io.slipway.taskfile.image.ImageReference;
import java.util.List;

/** What a step does. */
public sealed interface StepAction {
  /**
   * Runs a container.
   *
   * @param image its image
   * @param arguments its arguments, split as a shell would
   */
  record Cmd(ImageReference image, List<String> arguments) implements StepAction {}

  /** Builds an image. */
  record Build(BuildCommand command) implements StepAction {}

  /** Pushes images, one after another. */
  record Push(List<ImageReference> images) implements StepAction {}
}
