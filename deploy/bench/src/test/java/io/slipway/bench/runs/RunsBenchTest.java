package io.slipway.bench.runs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class RunsBenchTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--agents=0",
        "--agents=1,13",
        "--in=mail",
        "--executor=docker",
        "--runs=0",
        "--turns=0",
        "--slots=0",
        "--step-millis=-1"
      })
  void shouldRefuseWhatItCannotMeasureBeforeAnythingIsStarted(String option) {
    StringWriter said = new StringWriter();
    int code = new CommandLine(new RunsBench()).setErr(new PrintWriter(said)).execute(option);

    assertThat(code).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(said.toString()).contains(option.substring(0, option.indexOf('=')));
  }
}
