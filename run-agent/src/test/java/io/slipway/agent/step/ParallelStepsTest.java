package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepPlan;
import io.slipway.taskfile.plan.StepState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParallelStepsTest {
  private static final StepPlan DIAMOND =
      Steps.plan(
          """
          steps:
          - {id: a, cmd: alpine, when: ['-']}
          - {id: b, cmd: alpine, when: [a]}
          - {id: c, cmd: alpine, when: [a]}
          - {id: d, cmd: alpine, when: [b, c]}
          """);
  private static final StepPlan SIDE_BY_SIDE =
      Steps.plan(
          """
          steps:
          - {id: slow, cmd: alpine, when: ['-']}
          - {id: bad, cmd: alpine, when: ['-']}
          - {id: later, cmd: alpine, when: [slow]}
          """);

  private final List<String> events = new CopyOnWriteArrayList<>();

  @Test
  void shouldRunBranchesAtTheSameTime() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    ParallelSteps steps =
        new ParallelSteps(
            DIAMOND,
            step -> {
              if (step.id().equals("b") || step.id().equals("c")) {
                meet(both);
              }
              events.add(step.id());
              return StepState.SUCCEEDED;
            });

    assertThat(steps.run()).isNull();
    assertThat(events).startsWith("a").endsWith("d").hasSize(4);
    assertThat(steps.skipped()).isEmpty();
  }

  private static void meet(CyclicBarrier both) {
    try {
      both.await(30, TimeUnit.SECONDS);
    } catch (Exception alone) {
      throw new IllegalStateException("the other branch did not begin", alone);
    }
  }

  @Test
  void shouldEndThoseAtWorkWhenOneFails() throws Exception {
    CountDownLatch atWork = new CountDownLatch(1);
    ParallelSteps steps =
        new ParallelSteps(
            SIDE_BY_SIDE,
            step -> {
              if (step.id().equals("bad")) {
                atWork.await();
                throw StepFailure.exit(2);
              }
              atWork.countDown();
              try {
                Thread.sleep(600_000);
              } catch (InterruptedException ended) {
                events.add("ended " + step.id());
                throw ended;
              }
              return StepState.SUCCEEDED;
            });

    ParallelSteps.Failed failed = steps.run();

    assertThat(failed.step().id()).isEqualTo("bad");
    assertThat(failed.refusal()).hasMessage("exit status 2");
    assertThat(events).containsExactly("ended slow");
    assertThat(steps.skipped()).extracting(PlannedStep::id).containsExactly("later");
  }

  @Test
  void shouldLeaveNothingAtWorkWhenTheRunIsInterrupted() throws Exception {
    CountDownLatch atWork = new CountDownLatch(2);
    ParallelSteps steps =
        new ParallelSteps(
            SIDE_BY_SIDE,
            step -> {
              atWork.countDown();
              try {
                Thread.sleep(600_000);
                return StepState.SUCCEEDED;
              } finally {
                events.add("ended " + step.id());
              }
            });
    Thread run = Thread.currentThread();
    Thread.ofVirtual()
        .start(() -> {
          try {
            atWork.await();
          } catch (InterruptedException impossible) {
            throw new AssertionError(impossible);
          }
          run.interrupt();
        });

    assertThatThrownBy(steps::run).isInstanceOf(InterruptedException.class);
    assertThat(events).containsExactlyInAnyOrder("ended slow", "ended bad");
  }

  @Test
  void shouldGoOnAfterAFailureThatIsIgnored() throws Exception {
    StepPlan plan =
        Steps.plan(
            """
            steps:
            - {id: a, cmd: alpine}
            - {id: next, cmd: alpine}
            """);
    ParallelSteps steps =
        new ParallelSteps(
            plan,
            step -> {
              events.add(step.id());
              return StepState.ignored(7);
            });

    assertThat(steps.run()).isNull();
    assertThat(events).containsExactly("a", "next");
    assertThat(steps.states()).containsEntry("a", StepState.ignored(7));
  }

  @Test
  void shouldPassOnWhatIsBroken() {
    ParallelSteps steps =
        new ParallelSteps(
            DIAMOND,
            step -> {
              throw new IllegalStateException("broken");
            });

    assertThatThrownBy(steps::run).isInstanceOf(IllegalStateException.class).hasMessage("broken");
  }
}
