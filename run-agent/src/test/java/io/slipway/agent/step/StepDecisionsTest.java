package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.agent.decision.RunProcessors;
import io.slipway.builder.ContainerEngine.MachineProcessors;
import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.plan.StepState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StepDecisionsTest {
  @ParameterizedTest
  @CsvSource({
    "'',/workspace",
    "a/b,/workspace/a/b",
    "/opt/x,/opt/x",
    "../etc,/etc",
    "./a/../b,/workspace/b"
  })
  void shouldResolveWorkingDirectories(String written, String folder) {
    assertThat(ContainerPath.workingDirectory(written)).isEqualTo(folder);
  }

  @ParameterizedTest
  @CsvSource({
    "'',src,src",
    "app,.,app",
    "app,../lib,lib",
    "x,/workspace/y,y",
    "/workspace/z,a,z/a"
  })
  void shouldFindContextsInTheWorkspace(String folder, String path, String found) throws Exception {
    assertThat(ContainerPath.inWorkspace(folder, path)).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "/etc", "a/../../x"})
  void shouldRefuseContextsOutsideTheWorkspace(String path) {
    assertThatThrownBy(() -> ContainerPath.inWorkspace("", path))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("outside of the workspace");
  }

  @Test
  void shouldGiveAStepNoMoreProcessorsThanItsTask() throws Exception {
    RunProcessors two = new RunProcessors(2, null);
    RunProcessors unlimited = new RunProcessors(0, null);

    assertThat(two.limit(RunProcessors.number(null))).isEqualTo(2);
    assertThat(two.limit(RunProcessors.number("0.5"))).isEqualTo(0.5);
    assertThat(two.limit(RunProcessors.number("4"))).isEqualTo(2);
    assertThat(unlimited.limit(RunProcessors.number("4"))).isEqualTo(4);
    assertThat(unlimited.limit(RunProcessors.number(null))).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zero", "-1", "0", "1e99", "NaN"})
  void shouldRefuseWhatIsNoNumberOfProcessors(String cpus) {
    assertThatThrownBy(() -> RunProcessors.number(cpus)).hasMessageContaining(cpus);
  }

  @ParameterizedTest
  @CsvSource({"2,16,2", "16,16,0", "64,16,0", "2,1,0", "0,16,0"})
  void shouldLimitARunToFewerProcessorsThanThereAre(int asked, int there, int most) {
    assertThat(RunProcessors.of(asked, new MachineProcessors(there, true)))
        .isEqualTo(new RunProcessors(most, null));
  }

  @Test
  void shouldSayThatALimitOfProcessorsIsNotKept() {
    RunProcessors none = RunProcessors.of(2, new MachineProcessors(16, false));

    assertThat(none.most()).isZero();
    assertThat(none.warning()).contains("agentConfiguration.cpu: 2", "all 16");
    assertThat(RunProcessors.of(16, new MachineProcessors(16, false)).warning()).isNull();
  }

  @Test
  void shouldSayThatAStepAsksForMoreThanItsRunHas() {
    RunProcessors two = new RunProcessors(2, null);

    assertThat(two.tooMany(4)).contains("cpus: 4 is more", "gets 2");
    assertThat(two.tooMany(0.5)).isNull();
    assertThat(new RunProcessors(0, null).tooMany(4)).isNull();
  }

  @Test
  void shouldWriteTheSummaryAsTheOriginalDoes() {
    assertThat(RunSummary.line("X", StepState.SUCCEEDED, 2.517011))
        .isEqualTo("Step ID: X marked as successful (elapsed time in seconds: 2.517011)");
    assertThat(RunSummary.line("X", null, 0))
        .isEqualTo("Step ID: X marked as skipped (elapsed time in seconds: 0.000000)");
  }
}
