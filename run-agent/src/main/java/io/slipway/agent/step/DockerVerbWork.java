package io.slipway.agent.step;

import io.slipway.agent.decision.DockerVerb;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.OutputSink;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;

/** Does what a step asks of Docker: it acts on the containers of other steps. */
final class DockerVerbWork implements StepWork {
  private final StepTools tools;
  private final PlannedStep step;
  private final DockerVerb verb;

  DockerVerbWork(StepTools tools, PlannedStep step, DockerVerb verb) {
    this.tools = tools;
    this.step = step;
    this.verb = verb;
  }

  @Override
  public void prepare() {}

  @Override
  public void run() throws Refusal, InterruptedException {
    tools.log("Launching container with name: " + step.id());
    tools.attempts(step, this::once);
  }

  private void once(OutputSink output) throws EngineException, InterruptedException {
    for (String name : verb.names()) {
      act(name, output);
    }
  }

  /** Prints what Docker would. */
  private void act(String name, OutputSink output) throws EngineException, InterruptedException {
    EngineRun engine = tools.engine();
    switch (verb.action()) {
      case STOP, KILL -> {
        engine.stop(name, verb.grace());
        output.line(name);
      }
      case REMOVE -> {
        engine.remove(name, verb.force());
        output.line(name);
      }
      case LOGS -> {
        if (verb.follow()) {
          engine.waitFor(name);
        }
        engine.logs(name, output);
      }
      case WAIT -> output.line(String.valueOf(engine.waitFor(name)));
    }
  }
}
