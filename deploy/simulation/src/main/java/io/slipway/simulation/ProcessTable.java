package io.slipway.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The processes of steps, as a kernel has them: they go on while the agent that began them is
 * stopped, and end with its death or when nobody feeds their watchdog.
 */
final class ProcessTable {
  /** One step at work. */
  static final class Step {
    final UUID run;
    final int attempt;
    final Node agent;
    final long ends;
    long fedAt;
    boolean gone;
    boolean watchdogBit;

    private Step(UUID run, int attempt, Node agent, long ends, long fedAt) {
      this.run = run;
      this.attempt = attempt;
      this.agent = agent;
      this.ends = ends;
      this.fedAt = fedAt;
    }
  }

  private static final long LOOK = 100;

  private final World world;
  private final List<Step> steps = new ArrayList<>();

  ProcessTable(World world) {
    this.world = world;
    look();
  }

  private void look() {
    world
        .schedule()
        .in(
            LOOK,
            () -> {
              long now = world.schedule().now();
              for (Step step : List.copyOf(steps)) {
                if (now >= step.ends) {
                  remove(step);
                } else if (now - step.fedAt > world.rules().watchdogMillis()) {
                  step.watchdogBit = true;
                  world
                      .story()
                      .tell("watchdog ends run %s#%d", world.label(step.run), step.attempt);
                  remove(step);
                }
              }
              look();
            });
  }

  /** A step begins. */
  Step begin(UUID run, int attempt, Node agent, long millis) {
    long now = world.schedule().now();
    Step step = new Step(run, attempt, agent, now + millis, now);
    for (Step other : steps) {
      if (other.run.equals(run) && other.attempt != attempt && now < other.ends) {
        throw new Violation(
            "steps of attempts %d and %d of run %s overlap"
                .formatted(other.attempt, attempt, world.label(run)));
      }
    }
    world.checker().stepBegins(run, attempt);
    steps.add(step);
    return step;
  }

  /** Its processes are ended. */
  void remove(Step step) {
    step.gone = true;
    steps.remove(step);
  }

  /** Everything that a dead agent had begun ends with it: the pipe to its sandboxes is closed. */
  void agentDied(Node agent) {
    for (Step step : List.copyOf(steps)) {
      if (step.agent == agent) {
        remove(step);
      }
    }
  }
}
