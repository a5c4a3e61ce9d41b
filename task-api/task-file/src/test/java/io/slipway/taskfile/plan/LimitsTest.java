package io.slipway.taskfile.plan;

import static io.slipway.taskfile.plan.Plans.plan;
import static io.slipway.taskfile.plan.Plans.planned;
import static io.slipway.taskfile.plan.Plans.refused;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Files that are made to break a reader. */
@Timeout(20)
class LimitsTest {
  @Test
  void rejectsAliasBombs() {
    StringBuilder lists = new StringBuilder("a0: &a0 [x,x]\n");
    StringBuilder merges = new StringBuilder("a0: &a0 {cmd: x}\n");
    for (int i = 1; i < 60; i++) {
      lists.append("a%d: &a%d [*a%d,*a%d]\n".formatted(i, i, i - 1, i - 1));
      merges.append("a%d: &a%d {<<: [*a%d, *a%d]}\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(refused(lists + "steps: *a59").toString()).contains("must hold properties");
    assertThat(planned(merges + "steps: [*a59]").steps()).hasSize(1);
  }

  @Test
  void rejectsAListThatIsNamedByManySteps() {
    StringBuilder text = new StringBuilder("env: &e [" + "a=b,".repeat(20_000) + "a=b]\nsteps:\n");
    for (int i = 0; i < 500; i++) {
      text.append("- {cmd: a, env: *e}\n");
    }
    assertThat(refused(text.toString()).toString()).contains("100000 items");
  }

  @Test
  void shouldReadMappingsThatHoldThemselves() {
    assertThat(planned("steps: [&a {cmd: x, <<: *a}]").steps()).hasSize(1);
    assertThat(refused("steps: &s [*s]").toString()).contains("must hold properties");
    assertThat(plan("&t {steps: [*t]}")).isNotNull();
  }

  @Test
  void rejectsTooManySteps() {
    assertThat(planned("steps:\n" + "- {cmd: a}\n".repeat(1000)).steps()).hasSize(1000);
    assertThat(refused("steps:\n" + "- {cmd: a}\n".repeat(1001)).toString())
        .contains("may have 1000 steps, not 1001");
  }

  @Test
  void rejectsDeepNestingAndSize() {
    assertThat(refused("[".repeat(100_000)).toString()).contains("yaml");
    assertThat(refused("{a: ".repeat(60) + "}".repeat(60)).toString()).contains("yaml");
    assertThat(refused("x".repeat(2_000_000)).toString()).contains("more than");
  }

  @Test
  void shouldTellAHundredProblemsAtMost() {
    StringBuilder many = new StringBuilder("steps:\n");
    for (int i = 0; i < 900; i++) {
      many.append("- {id: s%d, cmd: a, when: [%s]}\n".formatted(i, "nowhere,".repeat(90) + "x"));
    }
    assertThat(Plans.problems(many.toString())).hasSize(100);
  }

  @Test
  void shouldPlanAGraphWithAllEdges() {
    StringBuilder many = new StringBuilder("steps:\n");
    StringBuilder ids = new StringBuilder();
    for (int i = 0; i < 440; i++) {
      many.append("- {id: s%d, cmd: a, when: [%s]}\n".formatted(i, i == 0 ? "'-'" : ids));
      ids.append(i == 0 ? "" : ",").append("s").append(i);
    }
    assertThat(planned(many.toString()).steps().get(439).after()).hasSize(439);
  }
}
