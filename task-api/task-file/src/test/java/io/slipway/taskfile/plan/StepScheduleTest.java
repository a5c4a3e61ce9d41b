package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.image.ImageReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepScheduleTest {
  private final List<PlannedStep> steps = new ArrayList<>();
  private final Map<String, StepState> states = new HashMap<>();

  private void step(String id, After... after) {
    steps.add(
        new PlannedStep(
            id,
            new StepAction.Push(List.of(ImageReference.of("a"))),
            List.of(after),
            Duration.ofSeconds(600),
            Duration.ZERO,
            0,
            Duration.ofSeconds(5),
            List.of(),
            0,
            false,
            ContainerOptions.DEFAULT));
  }

  private StepPlan plan() {
    return new StepPlan(
        new TaskSettings("v1.0.0", Duration.ofSeconds(600), "", Map.of(), CacheSetting.UNSET),
        steps,
        List.of(),
        List.of(),
        List.of(),
        false);
  }

  private List<String> ready() {
    return StepSchedule.ready(plan(), states).stream().map(PlannedStep::id).toList();
  }

  private List<String> skipped() {
    return StepSchedule.skipped(plan(), states).stream().map(PlannedStep::id).toList();
  }

  private boolean isOver() {
    return StepSchedule.isOver(plan(), states);
  }

  private static After on(String id, Ends ends) {
    return new After(id, ends);
  }

  private static Ends exitedWith(Integer... codes) {
    return new Ends.ExitCode(Set.of(codes), Set.of());
  }

  @Test
  void shouldStartStepsOnceAllTheyWaitForHasEndedWell() {
    step("a");
    step("b");
    step("c", After.success("a"), After.success("b"));
    step("d", After.success("c"));

    assertThat(ready()).containsExactly("a", "b");
    states.put("a", StepState.SUCCEEDED);
    states.put("b", StepState.RUNNING);
    assertThat(ready()).isEmpty();
    assertThat(isOver()).isFalse();
    states.put("b", StepState.ignored(7));
    assertThat(ready()).containsExactly("c");
    states.put("c", StepState.SUCCEEDED);
    states.put("d", StepState.SUCCEEDED);
    assertThat(isOver()).isTrue();
    assertThat(StepSchedule.hasFailed(states)).isFalse();
  }

  @Test
  void shouldEndAtOnceWhenAStepFailsAndNothingAsksForIt() {
    step("a");
    step("b");
    step("c", After.success("b"));
    states.put("a", StepState.failed(1));
    states.put("b", StepState.RUNNING);

    assertThat(isOver()).isTrue();
    assertThat(ready()).isEmpty();
    assertThat(skipped()).containsExactly("c");
    assertThat(StepSchedule.hasFailed(states)).isTrue();
  }

  @Test
  void shouldGoOnWithAStepThatAsksForTheFailureAndWhatComesAfterIt() {
    step("test");
    step("deploy", After.success("test"));
    step("report", on("test", Ends.FAILED));
    step("upload", After.success("report"));
    states.put("test", StepState.failed(1));

    assertThat(ready()).containsExactly("report");
    assertThat(skipped()).containsExactly("deploy");
    states.put("report", StepState.SUCCEEDED);
    assertThat(ready()).containsExactly("upload");
    states.put("upload", StepState.SUCCEEDED);
    assertThat(isOver()).isTrue();
    assertThat(StepSchedule.hasFailed(states)).isTrue();
  }

  @Test
  void shouldSkipTheHandlerOfAFailureThatDoesNotCome() {
    step("test");
    step("report", on("test", Ends.FAILED));
    step("upload", After.success("report"));
    step("deploy", After.success("test"));
    states.put("test", StepState.SUCCEEDED);

    assertThat(ready()).containsExactly("deploy");
    assertThat(skipped()).containsExactly("report", "upload");
  }

  @Test
  void shouldCleanUpAlwaysAlsoAfterSkippedStepsButStartNothingPlainAfterThat() {
    step("build");
    step("test", After.success("build"));
    step("clean", on("test", Ends.ALWAYS));
    step("push", After.success("clean"));
    states.put("build", StepState.failed(2));

    assertThat(skipped()).containsExactly("test", "push");
    assertThat(ready()).containsExactly("clean");
    states.put("clean", StepState.RUNNING);
    assertThat(isOver()).isFalse();
    states.put("clean", StepState.SUCCEEDED);
    assertThat(isOver()).isTrue();
    assertThat(skipped()).containsExactly("test", "push");
  }

  @Test
  void shouldLetSiblingsRunWhileSomethingWaitsForThemInAFailedRun() {
    step("one");
    step("two");
    step("report", on("one", Ends.ALWAYS), on("two", Ends.ALWAYS));
    states.put("one", StepState.failed(null));
    states.put("two", StepState.RUNNING);

    assertThat(isOver()).isFalse();
    assertThat(ready()).isEmpty();
    states.put("two", StepState.SUCCEEDED);
    assertThat(ready()).containsExactly("report");
  }

  @Test
  void shouldChooseByExitCode() {
    step("diff");
    step("same", on("diff", exitedWith(0)));
    step("changed", on("diff", exitedWith(1, 2)));
    step("odd", on("diff", new Ends.ExitCode(Set.of(), Set.of(0, 1, 2))));

    states.put("diff", StepState.SUCCEEDED);
    assertThat(ready()).containsExactly("same");
    states.put("diff", StepState.ignored(2));
    assertThat(ready()).containsExactly("changed");
    states.put("diff", StepState.failed(9));
    assertThat(ready()).containsExactly("odd");
    states.put("diff", StepState.failed(null));
    assertThat(ready()).isEmpty();
    assertThat(isOver()).isTrue();
  }

  @Test
  void shouldNotTakeAnIgnoredFailureForAFailure() {
    step("lint");
    step("report", on("lint", Ends.FAILED));
    step("next", After.success("lint"));
    states.put("lint", StepState.ignored(1));

    assertThat(ready()).containsExactly("next");
    assertThat(skipped()).containsExactly("report");
  }
}
