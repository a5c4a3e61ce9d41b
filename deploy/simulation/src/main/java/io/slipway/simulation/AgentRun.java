package io.slipway.simulation;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepStarted;
import io.slipway.simulation.World.QueuedRun;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One attempt at an agent, from the claim to the acknowledgement of its end. */
final class AgentRun {
  private final Agent agent;
  private final World world;
  private final QueuedRun name;
  private final long steps;
  private long logOffset;
  private long leaseEnd;
  private ProcessTable.@Nullable Step step;
  private int number = 2;
  private boolean over;
  private boolean canceled;

  AgentRun(Agent agent, TaskApi.Claim claim, long leaseEnd) {
    this.agent = agent;
    this.world = agent.world();
    this.name = claim.run();
    this.logOffset = claim.logOffset();
    this.leaseEnd = leaseEnd;
    this.steps = claim.steps();
  }

  QueuedRun name() {
    return name;
  }

  UUID uid() {
    return name.run();
  }

  long leaseLeft() {
    return leaseEnd - agent.now();
  }

  long leaseEnd() {
    return leaseEnd;
  }

  void renewed(long until) {
    leaseEnd = Math.max(leaseEnd, until);
  }

  /** Whether nothing of it can be stopped any more. */
  boolean isReported() {
    return over;
  }

  void begin() {
    world.story().tell("%s owns run %s#%d", agent.name(), world.label(uid()), name.attempt());
    say(new RunStarted(ref(), agent.name(), at()), () -> {});
    agent.later(world.chance().between(5, 300), this::beginStep);
  }

  private void beginStep() {
    if (over) {
      return;
    }
    // The look at the lease and the start of the process are one moment for the fence.
    if (leaseLeft() <= 0) {
      lose("its lease is over before the first step");
      return;
    }
    say(new StepStarted(ref(), "s", StepKind.CMD, at()), () -> {});
    step = world.processes().begin(uid(), name.attempt(), agent, steps);
    world.story().tell("run %s#%d: step begins", world.label(uid()), name.attempt());
    print();
    awaitStep();
  }

  private void print() {
    agent.later(
        world.chance().between(200, 3_000),
        () -> {
          if (!over && step != null && !step.gone) {
            log(world.chance().between(1, 500));
            print();
          }
        });
  }

  private void log(long length) {
    LogPiece piece = new LogPiece(uid(), name.attempt(), logOffset, length);
    logOffset += length;
    agent.producer().send(world.logs(), piece, () -> {});
  }

  private void awaitStep() {
    agent.later(
        50,
        () -> {
          if (over) {
            return;
          }
          if (step == null || !step.gone) {
            awaitStep();
          } else if (step.watchdogBit) {
            lose("its watchdog ended it");
          } else {
            finish(canceled ? RunOutcome.CANCELED : RunOutcome.SUCCEEDED);
          }
        });
  }

  private void finish(RunOutcome outcome) {
    over = true;
    log(40);
    RunCompleted end =
        new RunCompleted(ref(), outcome, null, at(), logOffset, List.of(), List.of());
    say(
        end,
        () -> {
          world.story().tell("run %s#%d: its end is in Kafka", world.label(uid()), name.attempt());
          agent.forget(this);
        });
  }

  private void say(RunEvent event, Runnable acknowledged) {
    long sequence = EventAttributes.sequence(name.attempt(), number++);
    agent.producer().send(world.events(), new RunReport(event, sequence), acknowledged);
  }

  private RunRef ref() {
    return new RunRef(uid(), "r", "registry", null, name.attempt());
  }

  private Instant at() {
    return Instant.ofEpochMilli(agent.now());
  }

  void feed() {
    if (step != null) {
      step.fedAt = agent.now();
    }
  }

  void cancel() {
    if (!over && !canceled) {
      canceled = true;
      endStep();
      if (step == null) {
        finish(RunOutcome.CANCELED);
      }
    }
  }

  /** Stops the run and says nothing more of it. */
  void lose(String why) {
    if (over) {
      return;
    }
    world
        .story()
        .tell("%s stops run %s#%d: %s", agent.name(), world.label(uid()), name.attempt(), why);
    if (step != null && !step.gone) {
      world.checker().stopsStep(agent, why);
    }
    over = true;
    endStep();
    agent.forget(this);
  }

  /** Processes take a moment to end. */
  private void endStep() {
    ProcessTable.Step ending = step;
    if (ending != null && !ending.gone) {
      world
          .schedule()
          .in(world.chance().between(10, 1_500), () -> world.processes().remove(ending));
    }
  }
}
