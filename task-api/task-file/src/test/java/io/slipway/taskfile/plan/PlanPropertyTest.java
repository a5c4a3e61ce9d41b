package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.read.PlanTaskFile;
import io.slipway.taskfile.read.PlanTaskFile.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;

/** What holds for any text, and for the plan of any valid file. */
class PlanPropertyTest {
  private static final int TRIES = 10_000;

  @Provide
  Arbitrary<String> pieces() {
    return TaskFileTexts.pieces();
  }

  @Provide
  Arbitrary<String> valid() {
    return TaskFileTexts.valid();
  }

  @Provide
  Arbitrary<String> damaged() {
    return TaskFileTexts.damaged();
  }

  @Property(tries = TRIES)
  void shouldEndInAPlanOrAnErrorForAnyText(@ForAll String text) {
    shouldEnd(text);
  }

  @Property(tries = TRIES)
  void shouldEndInAPlanOrAnErrorForPiecesOfTheLanguage(@ForAll("pieces") String text) {
    shouldEnd(text);
  }

  @Property(tries = TRIES)
  void shouldEndInAPlanOrAnErrorForDamagedFiles(@ForAll("damaged") String text) {
    shouldEnd(text);
  }

  /** The time is a guard against a hang only. */
  private static void shouldEnd(String text) {
    Result result =
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(30), () -> Plans.plan(text));
    if (result instanceof Result.Refused refused) {
      assertThat(refused.problems())
          .isNotEmpty()
          .allSatisfy(problem -> {
            assertThat(problem.message()).isNotBlank();
            assertThat(problem.line())
                .isBetween(0, 1 + (int) text.chars().filter(c -> c == '\n').count());
          });
    }
    PlanTaskFile.secrets(text, Plans.INPUT);
  }

  @Property(tries = TRIES)
  void shouldPlanAGraphWithoutACycleForAnyValidFile(@ForAll("valid") String text) {
    Set<String> earlier = new HashSet<>();
    for (PlannedStep step : Plans.planned(text).steps()) {
      assertThat(earlier).containsAll(step.after().stream().map(After::stepId).toList());
      assertThat(earlier.add(step.id())).as("%s is there once", step.id()).isTrue();
    }
  }

  @Property(tries = TRIES)
  void shouldRunEachStepAtMostOnceHoweverStepsEnd(@ForAll("valid") String text, @ForAll long seed) {
    StepPlan plan = Plans.planned(text);
    Random random = new Random(seed);
    Map<String, StepState> states = new HashMap<>();
    List<PlannedStep> running = new ArrayList<>();
    Set<String> begun = new HashSet<>();
    while (!StepSchedule.isOver(plan, states)) {
      for (PlannedStep step : StepSchedule.ready(plan, states)) {
        assertThat(begun.add(step.id())).as("%s begins once", step.id()).isTrue();
        step.after()
            .forEach(after ->
                assertThat(after.ends().contains(stateOf(plan, states, after.stepId()))).isTrue());
        states.put(step.id(), StepState.RUNNING);
        running.add(step);
      }
      assertThat(running).as("nothing runs, and the run is not over").isNotEmpty();
      PlannedStep ended = running.remove(random.nextInt(running.size()));
      states.put(ended.id(), end(ended, random));
    }
    assertThat(StepSchedule.ready(plan, states)).isEmpty();
    assertThat(StepSchedule.skipped(plan, states))
        .as("what has not begun is skipped")
        .isEqualTo(plan.steps().stream().filter(step -> !begun.contains(step.id())).toList());
    if (!StepSchedule.hasFailed(states)) {
      assertThat(running).as("a run that has not failed ends by itself").isEmpty();
    }
  }

  private static StepState stateOf(StepPlan plan, Map<String, StepState> states, String id) {
    return StepSchedule.skipped(plan, states).stream().anyMatch(step -> step.id().equals(id))
        ? StepState.SKIPPED
        : states.get(id);
  }

  private static StepState end(PlannedStep step, Random random) {
    if (random.nextInt(3) > 0) {
      return StepState.SUCCEEDED;
    }
    Integer code = random.nextInt(4) == 0 ? null : 1 + random.nextInt(3);
    return step.ignoreErrors() ? StepState.ignored(code) : StepState.failed(code);
  }
}
