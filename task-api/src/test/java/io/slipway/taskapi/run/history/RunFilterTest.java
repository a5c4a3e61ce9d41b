package io.slipway.taskapi.run.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.arm.ArmException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunFilterTest {
  private final Parameters parameters = new Parameters();

  private String sql(String filter) {
    return RunFilter.parse(filter).sql(parameters);
  }

  @Test
  void shouldReadWhatTheCliSends() {
    assertThat(sql("TaskName eq 'HelloWorld' and Status eq 'succeeded'"))
        .isEqualTo("(lower(task) = $1 and status = $2)");
    assertThat(parameters.values()).containsExactly("helloworld", "Succeeded");
  }

  @Test
  void shouldBindAndBeforeOr() {
    assertThat(sql("runId eq 'a' or runId eq 'b' and isArchiveEnabled eq true"))
        .isEqualTo("(run_id = $1 or (run_id = $2 and archived = $3))");
    assertThat(sql("(runId eq 'a' or runId eq 'b') and runType ne 'QuickRun'"))
        .isEqualTo("((run_id = $4 or run_id = $5) and lower(run_type) <> $6)");
  }

  @Test
  void shouldCompareTimes() {
    assertThat(sql("createTime ge 2026-01-31T12:00:00Z")).isEqualTo("created_at >= $1");
    assertThat(parameters.values()).containsExactly(Instant.parse("2026-01-31T12:00:00Z"));
  }

  @Test
  void shouldSearchOutputImages() {
    assertThat(sql("contains(OutputImageManifests, 'hello@sha256:0f')"))
        .contains("strpos(")
        .contains("$1");
    assertThat(parameters.values()).containsExactly("hello@sha256:0f");
  }

  @Test
  void shouldPutNothingOfTheFilterIntoTheText() {
    assertThat(sql("TaskName eq 'x'' or 1=1; drop table run; --'")).isEqualTo("lower(task) = $1");
    assertThat(parameters.values()).containsExactly("x' or 1=1; drop table run; --");
  }

  @Test
  void shouldTakeNoFilterForAll() {
    assertThat(RunFilter.parse(null)).isEqualTo(new RunCondition.All());
    assertThat(RunFilter.parse("  ")).isEqualTo(new RunCondition.All());
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
    assertThatThrownBy(() -> RunFilter.parse(filter))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessageContaining(filter);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'", "''", "(", "TaskName eq 'x' or ", "not ", "1"})
  void shouldRefuseWhateverIsLongInsteadOfFailing(String piece) {
    String filter = "TaskName eq '" + "a".repeat(1_800) + "'";
    assertThat(sql(filter)).isEqualTo("lower(task) = $1");

    assertThatThrownBy(() -> RunFilter.parse(piece.repeat(100_000 / piece.length())))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400))
        .hasMessageContaining("longer than 2000 characters")
        .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(500));
  }

  @Test
  void shouldLimitDepthAndNumberOfConditions() {
    assertThatThrownBy(() -> RunFilter.parse("(".repeat(1_900)))
        .hasMessageContaining("nested more than 20 deep");
    assertThatThrownBy(() -> RunFilter.parse("runId eq 'a'" + " or runId eq 'a'".repeat(60)))
        .hasMessageContaining("more than 50 conditions");
    assertThatThrownBy(() -> RunFilter.parse("runId eq 'a\0'")).hasMessageContaining("no text");
  }
}
