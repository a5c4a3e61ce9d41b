package io.slipway.agent.step;

import io.slipway.agent.attempt.Attempt;
import io.slipway.agent.attempt.BuilderRefusals;
import io.slipway.agent.context.ContextAccess;
import io.slipway.agent.context.FetchContext;
import io.slipway.agent.decision.RunProcessors;
import io.slipway.builder.ContainerEngine;
import io.slipway.builder.EngineException;
import io.slipway.builder.EngineRun;
import io.slipway.builder.EngineRun.NetworkSpec;
import io.slipway.builder.RunEnvironment;
import io.slipway.contract.agent.TaskStep;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedNetwork;
import io.slipway.taskfile.plan.StepPlan;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Plans what a run does, and executes it. */
@ApplicationScoped
public class RunSteps {
  private static final String ALIASES =
      "Alias support enabled for version >= 1.1.0, please see https://aka.ms/acr/tasks/task-aliases"
          + " for more information.";

  private final PlanRun planRun;
  private final ImportImages importImages;
  private final ContainerEngine engine;
  private final FetchContext fetchContext;
  private final AttachProvenance provenance;
  private final WorkMetrics metrics;
  private final InstantSource clock;

  RunSteps(
      PlanRun planRun,
      ImportImages importImages,
      ContainerEngine engine,
      FetchContext fetchContext,
      AttachProvenance provenance,
      WorkMetrics metrics,
      InstantSource clock) {
    this.planRun = planRun;
    this.importImages = importImages;
    this.engine = engine;
    this.fetchContext = fetchContext;
    this.provenance = provenance;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Does what the run's specification says; the one place where its kinds are told apart.
   *
   * @throws Refusal if it cannot be done, or a step that may not fail did
   */
  public void run(Attempt attempt) throws Refusal, InterruptedException, IOException {
    switch (attempt.spec().step()) {
      case TaskStep.WithContext step -> {
        try (LazyEngineRun run = new LazyEngineRun(attempt.lease(), () -> open(attempt))) {
          attempt.lease().keepAliveBy(run::feed);
          execute(attempt, run, plan(attempt, step, run::isolate));
        }
      }
      case TaskStep.Import wanted -> importImages.run(attempt, wanted);
      case TaskStep.Unknown later ->
          throw new Refusal(
              Refusal.Blame.UNSUPPORTED,
              "this agent does not know steps of the type '%s'; it is older than task-api"
                  .formatted(later.type()),
              null);
    }
  }

  private PlanRun.Planned plan(
      Attempt attempt, TaskStep.WithContext step, ContextAccess.Programs programs)
      throws Refusal, InterruptedException {
    return switch (step) {
      case TaskStep.DockerBuild build -> planRun.plan(attempt, build, programs);
      case TaskStep.FileTask task -> planRun.plan(attempt, task, programs);
      case TaskStep.EncodedTask task -> planRun.plan(attempt, task, programs);
    };
  }

  private void execute(Attempt attempt, LazyEngineRun run, PlanRun.Planned planned)
      throws Refusal, InterruptedException, IOException {
    StepPlan plan = planned.plan();
    if (plan.aliases()) {
      attempt.log().engine(ALIASES);
    }
    if (planned.quick()) {
      attempt.log().engine("Using acb_vol_" + attempt.spec().runUid() + " as the home volume");
    }
    // Closed in reverse order: no container may use a volume when it is deleted.
    try (SecretVolumes volumes =
            SecretVolumes.make(plan.volumes(), attempt.secretFolder(), attempt.log());
        run) {
      networks(attempt, plan, run);
      attempt.log().engine("Setting up Docker configuration...");
      attempt.log().engine("Successfully set up Docker configuration");
      LogInToRegistries.run(attempt);
      steps(
          plan,
          new StepTools(
              attempt,
              run,
              processors(attempt),
              fetchContext,
              planned.contexts(),
              volumes,
              new BuiltImages(planned.revision()),
              provenance,
              metrics,
              clock));
    }
  }

  private RunProcessors processors(Attempt attempt) throws InterruptedException {
    RunProcessors processors = RunProcessors.of(attempt.spec().cpu(), engine.processors());
    if (processors.warning() != null) {
      attempt.log().engine(processors.warning());
    }
    return processors;
  }

  private EngineRun open(Attempt attempt) throws EngineException {
    String key = attempt.spec().runUid() + "-" + attempt.spec().attempt();
    AtomicReference<EngineRun> opened = new AtomicReference<>();
    ContextAccess access =
        ContextAccess.withoutContext(
            attempt,
            (program, output) -> Objects.requireNonNull(opened.get()).isolate(program, output));
    EngineRun run =
        engine.openRun(
            new RunEnvironment(
                key,
                attempt.workspace()::made,
                attempt.registries(),
                attempt.spec().loginServer(),
                caches(attempt.spec().task()),
                new AddedRepositories(fetchContext, access)));
    opened.set(run);
    return run;
  }

  /** Runs of a task share caches with each other only, and quick runs with quick runs. */
  private static String caches(@Nullable String task) {
    return task == null ? "runs" : "tasks/" + task.toLowerCase(Locale.ROOT);
  }

  /**
   * The default network cannot be refused and is made with the first container. Those of the task
   * are made now: what is wrong with them must end the run before its first step.
   */
  private static void networks(Attempt attempt, StepPlan plan, LazyEngineRun run) throws Refusal {
    for (PlannedNetwork network : plan.networks()) {
      if (network.skipCreation()) {
        attempt.log().engine("Skip creating network: " + network.name());
        continue;
      }
      attempt
          .log()
          .engine(
              "Creating Docker network: %s, driver: '%s'"
                  .formatted(network.name(), network.driver()));
      try {
        if (!network.equals(PlannedNetwork.DEFAULT)) {
          run.open();
        }
        run.createNetwork(new NetworkSpec(network.name(), network.driver(), network.ipv6()));
      } catch (EngineException failed) {
        throw BuilderRefusals.of(failed);
      }
      attempt.log().engine("Successfully set up Docker network: " + network.name());
    }
  }

  private static void steps(StepPlan plan, StepTools tools) throws Refusal, InterruptedException {
    ExecuteStep execute = new ExecuteStep(tools);
    ParallelSteps steps = new ParallelSteps(plan, execute::run);
    ParallelSteps.Failed failed;
    try {
      failed = steps.run();
    } catch (InterruptedException ended) {
      // What interrupted the steps must not interrupt the events about them.
      Thread.interrupted();
      skipped(tools, steps);
      throw ended;
    }
    skipped(tools, steps);
    if (failed != null) {
      throw failed.refusal().because("failed to run step ID: " + failed.step().id());
    }
    new RunSummary(plan, tools).write(steps.states(), execute::seconds);
  }

  /** Steps that never began say so, unless the run belongs to another agent now. */
  private static void skipped(StepTools tools, ParallelSteps steps) {
    if (!tools.attempt().lease().ending().silent()) {
      steps
          .skipped()
          .forEach(step -> tools.attempt().report().skipped(step.id(), ExecuteStep.kind(step)));
    }
  }
}
