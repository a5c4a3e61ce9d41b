package io.slipway.agent.step;

import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.agent.log.StepLog;
import io.slipway.builder.EngineException;
import io.slipway.contract.ImageRef;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.image.ImageReference;
import io.slipway.taskfile.plan.Backoff;
import java.util.List;

/** Pushes images, one after another. */
final class PushWork implements StepWork {
  private static final int TRIES = 3;

  private final StepTools tools;
  private final String stepId;
  private final List<ImageReference> images;

  PushWork(StepTools tools, String stepId, List<ImageReference> images) {
    this.tools = tools;
    this.stepId = stepId;
    this.images = images;
  }

  @Override
  public void prepare() {}

  @Override
  public void run() throws Refusal, InterruptedException {
    for (ImageReference image : images) {
      String digest = measured(image);
      ImageRef pushed = new ImageRef(image.registry(), image.repository(), image.tag(), digest);
      tools.attempt().pushed().add(pushed);
      tools.attempt().report().pushed(stepId, pushed);
      tools.log("Successfully pushed image: " + image.canonical());
      tools
          .provenance()
          .attach(tools.attempt(), image, pushed, tools.built().of(image, tools.engine()));
    }
  }

  private String measured(ImageReference image) throws Refusal, InterruptedException {
    long begun = System.nanoTime();
    boolean pushed = false;
    try {
      String digest = push(image);
      pushed = true;
      return digest;
    } finally {
      tools.metrics().pushed(begun, pushed);
    }
  }

  /** A refusal of the registry is final; an outage may be over soon. */
  private String push(ImageReference image) throws Refusal, InterruptedException {
    for (int tried = 1; ; tried++) {
      tools.log("Pushing image: " + image.canonical() + ", attempt " + tried);
      try (StepLog output = tools.output()) {
        return tools.engine().push(image, output::write);
      } catch (EngineException failed) {
        if (!BuilderRefusals.mayPass(failed) || tried == TRIES) {
          throw BuilderRefusals.of(failed).because("failed to push images successfully");
        }
        Thread.sleep(Backoff.after(tried));
      }
    }
  }
}
