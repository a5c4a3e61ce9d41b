package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.planned;
import static io.slipway.taskfile.plan.Plans.problems;
import static io.slipway.taskfile.plan.Plans.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a step waits for. */
class WhenTest {
  private static List<After> last(String steps) {
    List<PlannedStep> all = planned("steps:\n" + steps).steps();
    return all.get(all.size() - 1).after();
  }

  @Test
  void shouldWaitForTheStepBeforeItInTheFile() {
    assertThat(last("- {id: a, cmd: x}\n- {id: b, cmd: x}\n- {cmd: x}"))
        .containsExactly(After.success("b"));
    assertThat(last("- {id: a, cmd: x}\n- {id: b, cmd: x}\n- {cmd: x, when: []}"))
        .containsExactly(After.success("b"));
  }

  @Test
  void shouldStartAtOnce() {
    assertThat(last("- {id: a, cmd: x}\n- {cmd: x, when: ['-']}")).isEmpty();
  }

  @Test
  void shouldTakeAnIdThatIsNamedTwiceForOneCondition() {
    assertThat(last("- {id: a, cmd: x}\n- {cmd: x, when: [a, a]}"))
        .containsExactly(After.success("a"));
  }

  @Test
  void shouldNameGeneratedIds() {
    assertThat(last("- {cmd: x}\n- {cmd: x}\n- {cmd: x, when: [acb_step_0]}"))
        .containsExactly(After.success("acb_step_0"));
  }

  @Test
  void shouldReadConditions() {
    assertThat(
            last(
                """
                - {id: a, cmd: x}
                - {id: b, cmd: x}
                - {id: c, cmd: x}
                - {id: d, cmd: x}
                - {id: e, cmd: x}
                - cmd: x
                  when:
                    - {step: a, is: succeeded}
                    - {step: b, is: failed}
                    - {step: c, is: always}
                    - {step: d, exitedWith: [1, 2], exitedWithout: [2]}
                    - e
                """))
        .containsExactly(
            After.success("a"),
            new After("b", Ends.FAILED),
            new After("c", Ends.ALWAYS),
            new After("d", new Ends.ExitCode(Set.of(1, 2), Set.of(2))),
            After.success("e"));
  }

  @Test
  void shouldLetTheStepsOwnExitCodesHoldForWhatSaysNothingElse() {
    Ends codes = new Ends.ExitCode(Set.of(), Set.of(0, 255));
    assertThat(last("- {id: a, cmd: x}\n- {cmd: x, exitedWithout: [0, 255]}"))
        .containsExactly(new After("a", codes));
    assertThat(
            last(
                "- {id: a, cmd: x}\n- {id: b, cmd: x}\n"
                    + "- {cmd: x, when: [a, {step: b, is: always}], exitedWithout: [0, 255]}"))
        .containsExactly(new After("a", codes), new After("b", Ends.ALWAYS));
  }

  @Test
  void shouldWarnOfExitCodesOfNoStep() {
    assertThat(warnings("steps: [{cmd: x, exitedWith: [0]}]"))
        .singleElement()
        .satisfies(warning ->
            assertThat(warning.toString()).contains("steps[0].exitedWith", "has no effect"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[{step: a, is: faild}] | steps[2].when[0].is: must be succeeded, failed or always, not"
            + " 'faild'; did you mean 'failed'?",
        "[{is: failed}] | steps[2].when[0]: names no step",
        "[{step: a, is: failed, exitedWith: [1]}] | cannot be combined with exitedWith",
        "[a, {step: a, is: failed}] | step 'a' is named twice with different conditions",
        "[[a]] | steps[2].when[0]: must be ids of earlier steps",
        "a | steps[2].when: must be a list",
        "[tset] | did you mean 'test'?",
        "[''] | from cannot be empty",
        "[last] | Step ID: last is self-referenced",
        "['-', a] | the immediate execution token",
        "[{step: a, exitedWith: [x]}] | must be a whole number, not 'x'",
      })
  void rejectsConditionsWithTheReason(String when, String message) {
    assertThat(
            problems(
                "steps: [{id: a, cmd: x}, {id: test, cmd: x}, {id: last, cmd: x, when: "
                    + when
                    + "}]"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.toString()).contains(message.strip()));
  }

  @Test
  void rejectsALaterStep() {
    assertThat(problems("steps: [{id: a, cmd: x, when: [b]}, {id: b, cmd: x}]"))
        .singleElement()
        .satisfies(problem ->
            assertThat(problem.toString())
                .contains("b does not exist as a vertex [from: b, to: a]", "earlier"));
  }
}
