package io.slipway.agent.step;

import io.slipway.agent.decision.DockerVerb;
import io.slipway.agent.lease.RunLease;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepOutcome;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Executes one step from its delay to its reported end. */
final class ExecuteStep {
  private final StepTools tools;
  private final Map<String, Double> seconds = new ConcurrentHashMap<>();

  ExecuteStep(StepTools tools) {
    this.tools = tools;
  }

  /**
   * Executes a step; returns when it succeeded, or failed and ignores errors.
   *
   * @throws Refusal if it failed; the event about it is published
   */
  StepState run(PlannedStep step) throws Refusal, InterruptedException {
    tools.log(
        "Executing step ID: %s. Timeout(sec): %d, Working directory: '%s', Network: '%s'"
            .formatted(
                step.id(),
                step.timeout().toSeconds(),
                step.container().workingDirectory(),
                step.container().network().name() == null
                    ? ""
                    : step.container().network().name()));
    if (!step.startDelay().isZero()) {
      tools.log(
          "Waiting %d seconds before executing step ID: %s"
              .formatted(step.startDelay().toSeconds(), step.id()));
      Thread.sleep(step.startDelay());
    }
    Instant begun = tools.clock().instant();
    tools.attempt().report().started(step.id(), kind(step), begun);
    try {
      act(step);
      report(step, begun, StepOutcome.SUCCEEDED, 0, null);
      return StepState.SUCCEEDED;
    } catch (Refusal refused) {
      StepFailure failed = StepFailure.of(refused);
      report(step, begun, failed.outcome(), failed.exitCode(), failed.text());
      if (!step.ignoreErrors()) {
        throw failed;
      }
      tools.log(
          "Step ID: %s encountered an error: %s, but is set to ignore errors. Continuing..."
              .formatted(step.id(), failed.text()));
      return StepState.ignored(failed.exitCode());
    } catch (InterruptedException ended) {
      boolean late = tools.attempt().lease().ending() == RunLease.Ending.TIMED_OUT;
      report(
          step,
          begun,
          late ? StepOutcome.TIMED_OUT : StepOutcome.CANCELED,
          null,
          StepFailure.ended().text());
      throw ended;
    } catch (RuntimeException broken) {
      report(
          step,
          begun,
          StepOutcome.ERRORED,
          null,
          "the agent failed: " + broken.getClass().getSimpleName());
      throw broken;
    } finally {
      seconds.put(step.id(), Duration.between(begun, tools.clock().instant()).toNanos() / 1e9);
    }
  }

  private void act(PlannedStep step) throws Refusal, InterruptedException {
    StepWork work =
        switch (step.action()) {
          case StepAction.Build build -> new BuildWork(tools, step, build);
          case StepAction.Push push -> new PushWork(tools, step.id(), push.images());
          case StepAction.Cmd cmd -> command(step, cmd);
        };
    work.prepare();
    TimeLimit.within(step.timeout(), work::run);
  }

  private StepWork command(PlannedStep step, StepAction.Cmd cmd) throws Refusal {
    return DockerVerb.parse(cmd.image(), cmd.arguments())
        .<StepWork>map(verb -> new DockerVerbWork(tools, step, verb))
        .orElseGet(() -> new CmdWork(tools, step, cmd));
  }

  private void report(
      PlannedStep step,
      Instant begun,
      StepOutcome outcome,
      @Nullable Integer exitCode,
      @Nullable String error) {
    if (tools.engine().isStarved()) {
      // This process was stopped, and the kernel ended the step: nobody knows how it would have
      // ended, so another attempt has to do it. The lease may still hold for some seconds.
      tools.attempt().lease().end(RunLease.Ending.LOST);
    }
    if (tools.attempt().lease().ending().silent()) {
      return; // The run belongs to another agent now.
    }
    String masked = error == null ? null : tools.attempt().log().masker().reason(error);
    tools.attempt().report().completed(step.id(), kind(step), outcome, exitCode, masked, begun);
  }

  /** How long a finished step took, without its delay. */
  double seconds(String stepId) {
    return seconds.getOrDefault(stepId, 0.0);
  }

  static StepKind kind(PlannedStep step) {
    return switch (step.action()) {
      case StepAction.Build build -> StepKind.BUILD;
      case StepAction.Push push -> StepKind.PUSH;
      case StepAction.Cmd cmd -> StepKind.CMD;
    };
  }
}
