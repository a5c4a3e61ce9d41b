package io.slipway.taskapi.run.course;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.RunChange.CancelRequested;
import io.slipway.taskapi.run.course.RunChange.Claim;
import io.slipway.taskapi.run.course.RunChange.Completed;
import io.slipway.taskapi.run.course.RunChange.LeaseExpired;
import io.slipway.taskapi.run.course.RunChange.Released;
import io.slipway.taskapi.run.course.RunChange.StepBegan;
import io.slipway.taskapi.run.course.RunChange.Unexecutable;
import io.slipway.taskapi.run.course.RunChange.WaitedTooLong;
import io.slipway.taskapi.run.course.RunState.Finished;
import io.slipway.taskapi.run.course.RunState.Queued;
import io.slipway.taskapi.run.course.RunState.Running;
import io.slipway.taskapi.run.course.RunState.Started;
import io.slipway.taskapi.run.course.RunTransition.Ignored;
import io.slipway.taskapi.run.course.RunTransition.Moved;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunStateMachineTest {
  private static final RunOwner A = new RunOwner("a", new UUID(0, 1));
  private static final RunOwner A_AGAIN = new RunOwner("a", new UUID(0, 2));
  private static final RunOwner A_UNNAMED = new RunOwner("a", null);
  private static final RunOwner B = new RunOwner("b", new UUID(0, 3));
  private static final RunHistory NONE = RunHistory.NONE;
  private static final RunHistory LOST_ONE = NONE.withLost(1, "b");

  static Stream<Arguments> moves() {
    return Stream.of(
        Arguments.of(new Queued(1), new Claim(1, A), new Started(1, A, false)),
        Arguments.of(new Queued(3), new Claim(3, B), new Started(3, B, false)),
        Arguments.of(new Queued(1), new CancelRequested(), new Finished(1, RunOutcome.CANCELED)),
        Arguments.of(new Queued(1), new WaitedTooLong(), new Finished(1, RunOutcome.ERROR)),
        Arguments.of(new Started(1, A, false), new StepBegan(1), new Running(1, A, false)),
        Arguments.of(new Started(1, A, true), new StepBegan(1), new Running(1, A, true)),
        Arguments.of(new Started(1, A, false), new CancelRequested(), new Started(1, A, true)),
        Arguments.of(new Running(1, A, false), new CancelRequested(), new Running(1, A, true)),
        Arguments.of(
            new Started(2, A, false),
            new Completed(2, RunOutcome.FAILED),
            new Finished(2, RunOutcome.FAILED)),
        Arguments.of(
            new Running(2, A, true),
            new Completed(2, RunOutcome.CANCELED),
            new Finished(2, RunOutcome.CANCELED)),
        Arguments.of(new Started(1, A, false), new Claim(1, A), new Started(1, A, false)),
        Arguments.of(new Started(1, A, true), new Claim(1, A), new Started(1, A, true)),
        Arguments.of(new Queued(2), new Unexecutable(), new Finished(2, RunOutcome.ERROR)),
        Arguments.of(new Started(1, A, false), new LeaseExpired(NONE), new Queued(2)),
        Arguments.of(new Running(2, A, false), new LeaseExpired(NONE), new Queued(3)),
        Arguments.of(
            new Running(3, A, false),
            new LeaseExpired(LOST_ONE),
            new Finished(3, RunOutcome.ERROR)),
        Arguments.of(new Started(3, A, false), new LeaseExpired(LOST_ONE), new Queued(4)),
        Arguments.of(
            new Running(1, A, true), new LeaseExpired(NONE), new Finished(1, RunOutcome.CANCELED)),
        Arguments.of(new Started(1, A, false), new Released(1, A, NONE), new Queued(2)),
        Arguments.of(new Running(4, A, false), new Released(4, A, LOST_ONE), new Queued(5)),
        Arguments.of(
            new Running(1, A, true),
            new Released(1, A, NONE),
            new Finished(1, RunOutcome.CANCELED)),
        Arguments.of(
            new Started(20, A, false),
            new LeaseExpired(new RunHistory(List.of(), 19)),
            new Finished(20, RunOutcome.ERROR)),
        Arguments.of(
            new Started(20, A, false),
            new Released(20, A, new RunHistory(List.of(), 19)),
            new Finished(20, RunOutcome.ERROR)));
  }

  @ParameterizedTest
  @MethodSource("moves")
  void shouldMove(RunState from, RunChange change, RunState to) {
    assertThat(RunStateMachine.apply(from, change)).isEqualTo(new Moved(to));
  }

  static Stream<Arguments> ignored() {
    return Stream.of(
        Arguments.of(new Queued(2), new Claim(1, B), "attempt 1"),
        Arguments.of(new Queued(2), new Completed(1, RunOutcome.SUCCEEDED), "attempt 1"),
        Arguments.of(new Queued(1), new Completed(1, RunOutcome.SUCCEEDED), "no agent"),
        Arguments.of(new Queued(1), new Completed(2, RunOutcome.SUCCEEDED), "attempt 2"),
        Arguments.of(new Queued(1), new StepBegan(1), "no agent"),
        Arguments.of(new Queued(1), new LeaseExpired(NONE), "no agent"),
        Arguments.of(new Started(1, A, false), new Claim(1, B), "agent a owns"),
        Arguments.of(new Started(1, A, false), new Claim(1, A_AGAIN), "agent a owns"),
        Arguments.of(new Started(1, A_UNNAMED, false), new Claim(1, A_UNNAMED), "agent a owns"),
        Arguments.of(new Running(1, A, false), new Claim(1, A), "agent a owns"),
        Arguments.of(new Queued(1), new Released(1, A, NONE), "no agent"),
        Arguments.of(new Queued(2), new Released(1, A, NONE), "attempt 1"),
        Arguments.of(new Started(2, B, false), new Released(1, A, NONE), "attempt 1"),
        Arguments.of(new Started(1, B, false), new Released(1, A, NONE), "agent b owns"),
        Arguments.of(new Running(1, A, false), new Unexecutable(), "agent a owns"),
        Arguments.of(new Running(2, A, false), new Claim(1, B), "attempt 1"),
        Arguments.of(new Running(2, A, false), new StepBegan(1), "attempt 1"),
        Arguments.of(new Running(2, A, false), new Completed(1, RunOutcome.SUCCEEDED), "attempt 1"),
        Arguments.of(new Running(2, A, false), new Completed(3, RunOutcome.SUCCEEDED), "attempt 3"),
        Arguments.of(new Running(1, A, false), new StepBegan(1), "Running already"),
        Arguments.of(new Running(1, A, true), new CancelRequested(), "asked for already"),
        Arguments.of(new Running(1, A, false), new WaitedTooLong(), "agent a owns"));
  }

  @ParameterizedTest
  @MethodSource("ignored")
  void shouldIgnoreWithTheReason(RunState state, RunChange change, String reason) {
    assertThat(RunStateMachine.apply(state, change))
        .isInstanceOfSatisfying(Ignored.class, it -> assertThat(it.reason()).contains(reason));
  }

  @ParameterizedTest
  @EnumSource(RunOutcome.class)
  void shouldAbsorbEverythingOnceFinished(RunOutcome outcome) {
    Finished finished = new Finished(1, outcome);

    assertThat(anyChange(1))
        .allSatisfy(change ->
            assertThat(RunStateMachine.apply(finished, change))
                .isInstanceOfSatisfying(
                    Ignored.class, it -> assertThat(it.reason()).contains(finished.status())));
  }

  @Test
  void shouldCountOnlyAgentsThatWereLostInAStep() {
    assertThat(RunStateMachine.after(new Running(2, A, false), new LeaseExpired(NONE), NONE))
        .isEqualTo(new RunHistory(List.of(new RunHistory.Lost(2, "a")), 0));
    assertThat(RunStateMachine.after(new Started(2, A, false), new LeaseExpired(NONE), LOST_ONE))
        .isEqualTo(new RunHistory(LOST_ONE.lost(), 1));
    assertThat(RunStateMachine.after(new Running(2, A, false), new Released(2, A, NONE), NONE))
        .isEqualTo(new RunHistory(List.of(), 1));
  }

  @Test
  void shouldSayWhichAgentsARunEnded() {
    assertThat(NONE.withLost(1, "A").withLost(3, "B").whyNot())
        .isEqualTo(
            "agent lost: attempt 1 on A, attempt 3 on B;"
                + " a run that ended two agents is not given to a third");
    assertThat(new RunHistory(List.of(), 20).whyNot())
        .isEqualTo("agents gave the run back 20 times without having finished it");
  }

  @Test
  void shouldEndOnceAndForAllWhateverComesInWhateverOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      RunState state = new Queued(1);
      RunHistory history = NONE;
      RunState end = null;
      for (int i = 0; i < 60; i++) {
        int attempt = state.attempt() - 1 + random.nextInt(3);
        List<RunChange> changes = anyChange(attempt, history);
        RunChange change = changes.get(random.nextInt(changes.size()));
        RunState before = state;
        if (RunStateMachine.apply(state, change) instanceof Moved moved) {
          state = moved.to();
        }
        if (state instanceof Queued && before.owner() != null) {
          history = RunStateMachine.after(before, change, history);
        }
        assertThat(state.attempt()).isBetween(before.attempt(), before.attempt() + 1);
        assertThat(history.lost().size()).isLessThan(RunHistory.MOST_LOST);
        assertThat(history.handedBack()).isLessThan(RunHistory.MOST_HANDED_BACK);
        if (end != null) {
          assertThat(state).isEqualTo(end);
        }
        if (state instanceof Finished) {
          end = state;
        }
      }
    }
  }

  private static List<RunChange> anyChange(int attempt) {
    return anyChange(attempt, NONE);
  }

  private static List<RunChange> anyChange(int attempt, RunHistory history) {
    return List.of(
        new Claim(attempt, A),
        new Claim(attempt, B),
        new Released(attempt, A, history),
        new Released(attempt, B, history),
        new StepBegan(attempt),
        new Completed(attempt, RunOutcome.SUCCEEDED),
        new Completed(attempt, RunOutcome.FAILED),
        new CancelRequested(),
        new LeaseExpired(history),
        new LeaseExpired(history),
        new LeaseExpired(history),
        new LeaseExpired(history),
        new WaitedTooLong(),
        new Unexecutable());
  }
}
