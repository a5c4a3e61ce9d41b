package io.slipway.taskfile.quickbuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.PlannedStep;
import io.slipway.taskfile.plan.StepAction;
import io.slipway.taskfile.plan.StepPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuickBuildTest {
  private static QuickBuild build(List<String> images, boolean push) {
    return new QuickBuild(
        images,
        push,
        true,
        "HelloWorld/Dockerfile",
        "some",
        Map.of("KEY", "s3cret value"),
        "linux/amd64",
        "src");
  }

  @ParameterizedTest
  @CsvSource({
    "foo,someimg:bar,foo/someimg:bar",
    "foo,library/someimg:bar,library/someimg:bar",
    "foo,bar/someimage,bar/someimage",
    "foo,barn/someimage,foo/barn/someimage",
    "foo,foo/x,foo/x"
  })
  void shouldPutTheRegistryBeforeNamesThatHaveNoneOfTheKnown(
      String registry, String image, String whole) {
    assertThat(RegistryPrefix.of(image, registry, List.of("foo", "bar"))).isEqualTo(whole);
  }

  @Test
  void shouldBuildThenPushWithTheLimitsOfTheOriginal() throws Refusal {
    StepPlan plan = build(List.of("127.0.0.1:1/a:1", "127.0.0.1:1/b"), true).plan();

    assertThat(plan.networks()).isEmpty();
    assertThat(plan.steps()).extracting(PlannedStep::id).containsExactly("build", "push");
    assertThat(plan.steps())
        .extracting(PlannedStep::timeout)
        .containsExactly(Duration.ofSeconds(28_800), Duration.ofSeconds(3_600));
    StepAction.Build build = (StepAction.Build) plan.steps().get(0).action();
    assertThat(build.command().noCache()).isTrue();
    assertThat(build.command().file()).isEqualTo("src/HelloWorld/Dockerfile");
    assertThat(build.command().context()).isEqualTo("src");
    assertThat(build.command().buildArgs()).containsEntry("KEY", "s3cret value");
    StepAction.Push push = (StepAction.Push) plan.steps().get(1).action();
    assertThat(push.images())
        .extracting(image -> image.canonical())
        .containsExactly("127.0.0.1:1/a:1", "127.0.0.1:1/b:latest");
  }

  @Test
  void shouldNotPushWhatHasNoNameOrShallStay() throws Refusal {
    assertThat(build(List.of(), true).plan().steps()).hasSize(1);
    assertThat(build(List.of("127.0.0.1:1/a"), false).plan().steps()).hasSize(1);
  }

  @Test
  void shouldNotShowValuesOfBuildArguments() throws Refusal {
    QuickBuild build = build(List.of("a"), false);

    assertThat(build.toString()).contains("KEY=***").doesNotContain("s3cret");
    assertThat(((StepAction.Build) build.plan().steps().get(0).action()).text())
        .doesNotContain("s3cret");
  }
}
