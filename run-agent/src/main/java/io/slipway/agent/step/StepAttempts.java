package io.slipway.agent.step;

import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.builder.EngineException;
import io.slipway.builder.OutputSink;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.TextWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How often a step is tried: each of {@code repeat + 1} rounds has {@code retries + 1} tries. The
 * next round begins even if one fails; the step fails if any round did.
 */
final class StepAttempts {
  private final PlannedStep step;
  private final Consumer<String> log;
  private final Pause pause;

  @FunctionalInterface
  interface Try {
    void run(OutputSink output) throws Refusal, EngineException, InterruptedException;
  }

  @FunctionalInterface
  interface Pause {
    void sleep(Duration time) throws InterruptedException;
  }

  StepAttempts(PlannedStep step, Consumer<String> log, Pause pause) {
    this.step = step;
    this.log = log;
    this.pause = pause;
  }

  void run(Try once, OutputSink output) throws Refusal, InterruptedException {
    List<Refusal> failures = new ArrayList<>();
    for (int round = 0; round <= step.repeat(); round++) {
      try {
        round(once, output);
      } catch (Refusal failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      throw StepFailure.joined(failures);
    }
  }

  private void round(Try once, OutputSink output) throws Refusal, InterruptedException {
    for (int left = step.retries(); ; left--) {
      TextWatch watch = new TextWatch(step.retryOnErrors());
      try {
        tryOnce(
            once,
            (bytes, offset, length) -> {
              watch.see(bytes, offset, length);
              output.write(bytes, offset, length);
            });
        log.accept("Successfully executed container: " + step.id());
        return;
      } catch (Refusal failed) {
        if (!watch.matched()) {
          throw failed;
        }
        if (left == 0) {
          log.accept("Container failed during run: " + step.id() + ". No retries remaining.");
          throw failed;
        }
        log.accept(
            "Container failed during run: %s, waiting %d seconds before retrying..."
                .formatted(step.id(), step.retryDelay().toSeconds()));
        pause.sleep(step.retryDelay());
      }
    }
  }

  private static void tryOnce(Try once, OutputSink output) throws Refusal, InterruptedException {
    try {
      once.run(output);
    } catch (EngineException failed) {
      throw BuilderRefusals.of(failed);
    }
  }
}
