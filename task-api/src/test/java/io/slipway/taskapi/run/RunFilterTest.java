package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilterTest {

  @Test
  void shouldReadWhatTheCliSends() {
    RunFilter.Condition condition =
        RunFilter.parse("TaskName eq 'HelloWorld' and Status eq 'succeeded'", 4);

    assertThat(condition.sql()).isEqualTo("(lower(task) = $4 and status = $5)");
    assertThat(condition.values()).containsExactly("helloworld", "Succeeded");
  }

  @Test
  void shouldBindAndBeforeOr() {
    assertThat(
            RunFilter.parse("runId eq 'a' or runId eq 'b' and isArchiveEnabled eq true", 1).sql())
        .isEqualTo("(run_id = $1 or (run_id = $2 and archived = $3))");
    assertThat(RunFilter.parse("(runId eq 'a' or runId eq 'b') and runType ne 'QuickRun'", 1).sql())
        .isEqualTo("(((run_id = $1 or run_id = $2)) and lower(run_type) <> $3)");
  }

  @Test
  void shouldCompareTimes() {
    assertThat(RunFilter.parse("createTime ge 2026-01-31T12:00:00Z", 1).values())
        .containsExactly(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void shouldSearchOutputImages() {
    RunFilter.Condition condition =
        RunFilter.parse("contains(OutputImageManifests, 'hello@sha256:0f')", 4);

    assertThat(condition.sql()).contains("strpos(").contains("$4");
    assertThat(condition.values()).containsExactly("hello@sha256:0f");
  }

  @Test
  void shouldPutNothingOfTheFilterIntoTheText() {
    RunFilter.Condition condition =
        RunFilter.parse("TaskName eq 'x'' or 1=1; drop table run; --'", 1);

    assertThat(condition.sql()).isEqualTo("lower(task) = $1");
    assertThat(condition.values()).containsExactly("x' or 1=1; drop table run; --");
  }

  @Test
  void shouldTakeNoFilterForAll() {
    assertThat(RunFilter.parse(null, 1).sql()).isEqualTo("true");
    assertThat(RunFilter.parse("  ", 1).sql()).isEqualTo("true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TaskName",
        "TaskName eq",
        "secret eq 'x'",
        "TaskName like 'x'",
        "TaskName eq 'x' and",
        "TaskName eq 'x",
        "(TaskName eq 'x'",
        "TaskName eq 'x') or (1 eq 1",
        "contains(TaskName, 'x')",
        "createTime ge 'yesterday'",
        "TaskName eq 'x'; drop table run"
      })
  void rejectsWhatItDoesNotUnderstand(String filter) {
    assertThatThrownBy(() -> RunFilter.parse(filter, 1))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessageContaining(filter);
  }
}
