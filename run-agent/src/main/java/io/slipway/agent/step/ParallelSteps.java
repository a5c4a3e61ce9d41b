package io.slipway.agent.step;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.StepSchedule;
import io.slipway.taskfile.plan.StepState;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Executes the steps of a plan as soon as the graph allows, each on a thread of its own. When the
 * run is over because a step failed, those still at work are interrupted; none is left when this
 * ends.
 *
 * <p>Steps only put their end into a queue; only the thread that called {@link #run} reads it and
 * changes states. So what may start next is decided by one thread and needs no lock.
 */
final class ParallelSteps {
  private final StepPlan plan;
  private final Work work;
  private final Map<String, StepState> states = new HashMap<>();
  private final Map<String, Thread> threads = new LinkedHashMap<>();
  private final BlockingQueue<End> ends = new LinkedBlockingQueue<>();

  @FunctionalInterface
  interface Work {
    /** Executes a step; returns its state if it succeeded or ignores its failure. */
    StepState run(PlannedStep step) throws Refusal, InterruptedException;
  }

  /**
   * The step that ended the run.
   *
   * @param step which one
   * @param refusal why it failed
   */
  record Failed(PlannedStep step, Refusal refusal) {}

  /** How a step ended: a state, or what was thrown. */
  private record End(PlannedStep step, @Nullable StepState state, @Nullable Throwable thrown) {}

  ParallelSteps(StepPlan plan, Work work) {
    this.plan = plan;
    this.work = work;
  }

  /**
   * Executes them.
   *
   * @return the first that failed, or null
   */
  @Nullable Failed run() throws InterruptedException {
    Failed first = null;
    try {
      while (!StepSchedule.isOver(plan, states)) {
        StepSchedule.ready(plan, states).forEach(this::start);
        End end = ends.take();
        threads.remove(end.step().id());
        @Nullable Throwable thrown = end.thrown();
        if (thrown == null) {
          states.put(end.step().id(), Objects.requireNonNull(end.state()));
          continue;
        }
        Refusal refusal = refusal(thrown);
        states.put(end.step().id(), StepState.failed(StepFailure.of(refusal).exitCode()));
        if (first == null) {
          first = new Failed(end.step(), refusal);
        }
      }
      return first;
    } finally {
      stopAll();
    }
  }

  /** Steps that never began, in the order of the file. */
  List<PlannedStep> skipped() {
    return plan.steps().stream().filter(step -> !states.containsKey(step.id())).toList();
  }

  /** How the steps that began have ended. */
  Map<String, StepState> states() {
    return Map.copyOf(states);
  }

  private void start(PlannedStep step) {
    states.put(step.id(), StepState.RUNNING);
    threads.put(step.id(), Thread.ofVirtual().name("step-" + step.id()).start(() -> execute(step)));
  }

  private void execute(PlannedStep step) {
    // Everything that can be thrown is an end: run() waits for one from each thread.
    try {
      ends.add(new End(step, work.run(step), null));
    } catch (Refusal | InterruptedException | RuntimeException | Error thrown) {
      ends.add(new End(step, null, thrown));
    }
  }

  private static Refusal refusal(Throwable thrown) {
    return switch (thrown) {
      case Refusal refusal -> refusal;
      case InterruptedException ended -> StepFailure.ended();
      case RuntimeException broken -> throw broken;
      case Error fatal -> throw fatal;
      default -> throw new IllegalStateException(thrown);
    };
  }

  /**
   * Ends those at work and waits for them: their containers use networks, volumes and files that
   * the caller takes away next. All are interrupted before the first is waited for, so that they
   * stop side by side. This thread may be interrupted while it waits (the run was canceled, or its
   * lease is lost): that must not end the waiting, and must not be forgotten, so it is noted and
   * set again at the end.
   */
  private void stopAll() {
    threads.values().forEach(Thread::interrupt);
    boolean interrupted = false;
    for (Thread thread : threads.values()) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
