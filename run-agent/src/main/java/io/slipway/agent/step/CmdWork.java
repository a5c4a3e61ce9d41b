package io.slipway.agent.step;

import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.agent.decision.RunProcessors;
import io.slipway.agent.log.StepLog;
import io.slipway.builder.ContainerSpec;
import io.slipway.builder.EngineException;
import io.slipway.builder.Limits;
import io.slipway.builder.OutputSink;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.ContainerOptions;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;

/** Runs a container of a {@code cmd} step, after the explicit pull that it may ask for. */
final class CmdWork implements StepWork {
  private final StepTools tools;
  private final PlannedStep step;
  private final StepAction.Cmd cmd;

  CmdWork(StepTools tools, PlannedStep step, StepAction.Cmd cmd) {
    this.tools = tools;
    this.step = step;
    this.cmd = cmd;
  }

  @Override
  public void prepare() throws Refusal, InterruptedException {
    ContainerOptions.Pull pull = step.container().pull();
    if (!pull.isFirst()) {
      return;
    }
    tools.log("Step specified pull. Performing an explicit pull...");
    for (int left = pull.retries(); ; left--) {
      try (StepLog output = tools.output()) {
        tools.engine().pull(cmd.image(), output::write);
        return;
      } catch (EngineException failed) {
        if (left == 0) {
          throw BuilderRefusals.of(failed);
        }
        tools.log(
            "Pull of %s failed: %s, waiting %d seconds before retrying..."
                .formatted(
                    cmd.image().canonical(), failed.getMessage(), pull.retryDelay().toSeconds()));
        Thread.sleep(pull.retryDelay());
      }
    }
  }

  @Override
  public void run() throws Refusal, InterruptedException {
    tools.log("Launching container with name: " + step.id());
    String warning = tools.processors().tooMany(RunProcessors.number(step.container().cpus()));
    if (warning != null) {
      tools.log(warning);
    }
    tools.attempts(step, this::once);
  }

  private void once(OutputSink output) throws Refusal, EngineException, InterruptedException {
    int code = tools.engine().run(container(), output);
    if (code != 0) {
      throw StepFailure.exit(code);
    }
  }

  private ContainerSpec container() throws Refusal {
    ContainerOptions options = step.container();
    return new ContainerSpec(
        step.id(),
        cmd.image(),
        cmd.arguments(),
        options,
        options.folder().isOfImage()
            ? null
            : ContainerPath.workingDirectory(options.workingDirectory()),
        tools.volumes().mounts(options.volumeMounts()),
        Limits.of(0, tools.processors().limit(RunProcessors.number(options.cpus()))));
  }
}
