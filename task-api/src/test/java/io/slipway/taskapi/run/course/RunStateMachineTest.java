package io.slipway.taskapi.run.course;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.RunChange.CancelRequested;
import io.slipway.taskapi.run.course.RunChange.Claim;
import io.slipway.taskapi.run.course.RunChange.Completed;
import io.slipway.taskapi.run.course.RunChange.LeaseExpired;
import io.slipway.taskapi.run.course.RunChange.StepBegan;
import io.slipway.taskapi.run.course.RunChange.WaitedTooLong;
import io.slipway.taskapi.run.course.RunState.Finished;
import io.slipway.taskapi.run.course.RunState.Queued;
import io.slipway.taskapi.run.course.RunState.Running;
import io.slipway.taskapi.run.course.RunState.Started;
import io.slipway.taskapi.run.course.RunTransition.Ignored;
import io.slipway.taskapi.run.course.RunTransition.Moved;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class RunStateMachineTest {

  static Stream<Arguments> moves() {
    return Stream.of(
        Arguments.of(new Queued(1), new Claim(1, "a"), new Started(1, "a", false)),
        Arguments.of(new Queued(3), new Claim(3, "b"), new Started(3, "b", false)),
        Arguments.of(new Queued(1), new CancelRequested(), new Finished(1, RunOutcome.CANCELED)),
        Arguments.of(new Queued(1), new WaitedTooLong(), new Finished(1, RunOutcome.ERROR)),
        Arguments.of(new Started(1, "a", false), new StepBegan(1), new Running(1, "a", false)),
        Arguments.of(new Started(1, "a", true), new StepBegan(1), new Running(1, "a", true)),
        Arguments.of(new Started(1, "a", false), new CancelRequested(), new Started(1, "a", true)),
        Arguments.of(new Running(1, "a", false), new CancelRequested(), new Running(1, "a", true)),
        Arguments.of(
            new Started(2, "a", false),
            new Completed(2, RunOutcome.FAILED),
            new Finished(2, RunOutcome.FAILED)),
        Arguments.of(
            new Running(2, "a", true),
            new Completed(2, RunOutcome.CANCELED),
            new Finished(2, RunOutcome.CANCELED)),
        Arguments.of(new Started(1, "a", false), new LeaseExpired(), new Queued(2)),
        Arguments.of(new Running(2, "a", false), new LeaseExpired(), new Queued(3)),
        Arguments.of(
            new Running(3, "a", false), new LeaseExpired(), new Finished(3, RunOutcome.ERROR)),
        Arguments.of(
            new Running(1, "a", true), new LeaseExpired(), new Finished(1, RunOutcome.CANCELED)));
  }

  @ParameterizedTest
  @MethodSource("moves")
  void shouldMove(RunState from, RunChange change, RunState to) {
    assertThat(RunStateMachine.apply(from, change)).isEqualTo(new Moved(to));
  }

  static Stream<Arguments> ignored() {
    return Stream.of(
        Arguments.of(new Queued(2), new Claim(1, "old"), "attempt 1"),
        Arguments.of(new Queued(2), new Completed(1, RunOutcome.SUCCEEDED), "attempt 1"),
        Arguments.of(new Queued(1), new Completed(1, RunOutcome.SUCCEEDED), "no agent"),
        Arguments.of(new Queued(1), new Completed(2, RunOutcome.SUCCEEDED), "attempt 2"),
        Arguments.of(new Queued(1), new StepBegan(1), "no agent"),
        Arguments.of(new Queued(1), new LeaseExpired(), "no agent"),
        Arguments.of(new Started(1, "a", false), new Claim(1, "b"), "agent a owns"),
        Arguments.of(new Running(2, "a", false), new Claim(1, "b"), "attempt 1"),
        Arguments.of(new Running(2, "a", false), new StepBegan(1), "attempt 1"),
        Arguments.of(
            new Running(2, "a", false), new Completed(1, RunOutcome.SUCCEEDED), "attempt 1"),
        Arguments.of(
            new Running(2, "a", false), new Completed(3, RunOutcome.SUCCEEDED), "attempt 3"),
        Arguments.of(new Running(1, "a", false), new StepBegan(1), "Running already"),
        Arguments.of(new Running(1, "a", true), new CancelRequested(), "asked for already"),
        Arguments.of(new Running(1, "a", false), new WaitedTooLong(), "agent a owns"));
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
  void shouldEndOnceAndForAllWhateverComesInWhateverOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      RunState state = new Queued(1);
      RunState end = null;
      for (int i = 0; i < 40; i++) {
        List<RunChange> changes = anyChange(1 + random.nextInt(4));
        RunState before = state;
        if (RunStateMachine.apply(state, changes.get(random.nextInt(changes.size())))
            instanceof Moved moved) {
          state = moved.to();
        }
        assertThat(state.attempt())
            .isBetween(
                before.attempt(), Math.min(before.attempt() + 1, RunStateMachine.MAX_ATTEMPTS));
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
    return List.of(
        new Claim(attempt, "x"),
        new StepBegan(attempt),
        new Completed(attempt, RunOutcome.SUCCEEDED),
        new Completed(attempt, RunOutcome.FAILED),
        new CancelRequested(),
        new LeaseExpired(),
        new WaitedTooLong());
  }
}
