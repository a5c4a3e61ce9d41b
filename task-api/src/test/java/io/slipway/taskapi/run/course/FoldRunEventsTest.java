package io.slipway.taskapi.run.course;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.EventAttributes;
import io.slipway.contract.RunCompleted;
import io.slipway.contract.RunEvent;
import io.slipway.contract.RunOutcome;
import io.slipway.contract.RunRef;
import io.slipway.contract.RunStarted;
import io.slipway.contract.StepKind;
import io.slipway.contract.StepStarted;
import io.slipway.taskapi.run.course.FoldRunEvents.Folded;
import io.slipway.taskapi.run.course.FoldRunEvents.Known;
import io.slipway.taskapi.run.course.FoldRunEvents.Report;
import io.slipway.taskapi.run.course.FoldRunEvents.Unused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FoldRunEventsTest {
  private static final Instant CLAIMED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");
  private final UUID uid = UUID.randomUUID();

  @Test
  void shouldMakeOneChangeOfABatchThatBeginsAndEndsARun() {
    Folded folded =
        fold(
            started(1),
            List.of(event(2, new RunStarted(ref(1), "a", NOW)), step(3), step(5), end(9, 1)));

    assertThat(folded.begun()).isEmpty();
    assertThat(folded.ended()).hasSize(1);
    assertThat(folded.ended().getFirst().to().outcome()).isEqualTo(RunOutcome.SUCCEEDED);
    assertThat(folded.ended().getFirst().sequence()).isEqualTo(EventAttributes.sequence(1, 9));
    assertThat(folded.unused())
        .extracting(Unused::reason)
        .containsExactly("the run is Running already");
  }

  @Test
  void shouldTakeTheFirstEndWhateverItsNumberAndNoOther() {
    Known seen = new Known(uid, started(1).state(), EventAttributes.sequence(1, 60), CLAIMED);
    Folded folded = fold(seen, List.of(step(20), end(50, 1), end(51, 1)));

    assertThat(folded.begun()).isEmpty();
    assertThat(folded.ended()).hasSize(1);
    assertThat(folded.ended().getFirst().sequence()).isEqualTo(EventAttributes.sequence(1, 60));
    assertThat(folded.unused()).hasSize(2);
  }

  @Test
  void shouldSayWhichRunsTheLedgerDoesNotHave() {
    Folded folded = FoldRunEvents.fold(List.of(), List.of(step(3), end(9, 1)), NOW);

    assertThat(folded.ended()).isEmpty();
    assertThat(folded.unused()).hasSize(2).allMatch(Unused::unknown);
  }

  @Test
  void shouldKnowTheEndsThatItSaidItselfBeforeARegistryWasRemoved() {
    Folded folded =
        FoldRunEvents.fold(List.of(), List.of(end(FoldRunEvents.ENDED_BY_LEDGER, 2)), NOW);

    assertThat(folded.unused()).hasSize(1).noneMatch(Unused::unknown);
  }

  @Test
  void shouldIgnoreOtherAttempts() {
    Folded folded = fold(started(2), List.of(end(9, 1), end(9, 3)));

    assertThat(folded.ended()).isEmpty();
    assertThat(folded.unused()).hasSize(2).noneMatch(Unused::unknown);
  }

  @Test
  void shouldKeepTheTimesOfARunInOrderAndItsErrorPrintable() {
    RunCompleted early =
        new RunCompleted(
            ref(1), RunOutcome.FAILED, "no\nway\u0000", Instant.EPOCH, 0, List.of(), List.of());
    RunCompleted late =
        new RunCompleted(
            ref(1), RunOutcome.FAILED, null, NOW.plusSeconds(9), 0, List.of(), List.of());

    assertThat(fold(started(1), List.of(event(9, early))).ended().getFirst().finishedAt())
        .isEqualTo(CLAIMED);
    assertThat(fold(started(1), List.of(event(9, late))).ended().getFirst().finishedAt())
        .isEqualTo(NOW);
    assertThat(fold(started(1), List.of(event(9, early))).ended().getFirst().error())
        .isEqualTo("no way");
  }

  /** However the events of a run are repeated and cut into batches, the run ends once, the same. */
  @Test
  void shouldComeToTheSameInAnyBatches() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      List<Report> reports = new ArrayList<>(List.of(step(3), step(5), end(9, 1)));
      for (int i = 0; i < 5; i++) {
        reports.add(reports.get(random.nextInt(3)));
      }
      Collections.shuffle(reports, random);
      Known run = started(1);
      int ends = 0;
      while (!reports.isEmpty()) {
        List<Report> batch = reports.subList(0, 1 + random.nextInt(reports.size()));
        Folded folded = fold(run, batch);
        ends += folded.ended().size();
        if (!folded.begun().isEmpty()) {
          long sequence = folded.begun().getFirst().sequence();
          run = new Known(uid, runningAfter(run), sequence, CLAIMED);
        }
        if (!folded.ended().isEmpty()) {
          FoldRunEvents.Ended end = folded.ended().getFirst();
          run = new Known(uid, end.to(), end.sequence(), CLAIMED);
        }
        batch.clear();
      }
      assertThat(ends).as("seed " + seed).isEqualTo(1);
      assertThat(run.state()).as("seed " + seed).isInstanceOf(RunState.Finished.class);
    }
  }

  private static RunState runningAfter(Known run) {
    return ((RunTransition.Moved)
            RunStateMachine.apply(run.state(), new RunChange.StepBegan(run.state().attempt())))
        .to();
  }

  private Folded fold(Known run, List<Report> reports) {
    return FoldRunEvents.fold(List.of(run), reports, NOW);
  }

  private Known started(int attempt) {
    return new Known(
        uid, new RunState.Started(attempt, new RunOwner("agent", null), false), 0, CLAIMED);
  }

  private RunRef ref(int attempt) {
    return new RunRef(uid, "aa1", "reg", "hello", attempt);
  }

  private Report step(int number) {
    return event(number, new StepStarted(ref(1), "acb_step_0", StepKind.CMD, NOW));
  }

  private Report end(int number, int attempt) {
    RunRef ref = ref(attempt);
    return new Report(
        new RunCompleted(ref, RunOutcome.SUCCEEDED, null, NOW, 0, List.of(), List.of()),
        EventAttributes.sequence(attempt, number));
  }

  private static Report event(int number, RunEvent event) {
    return new Report(event, EventAttributes.sequence(1, number));
  }
}
