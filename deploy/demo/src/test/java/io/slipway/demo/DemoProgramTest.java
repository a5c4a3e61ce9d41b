package io.slipway.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DemoProgramTest {
  @ParameterizedTest
  @ValueSource(strings = {"demo", "samples"})
  void shouldExplainEachCommand(String command) {
    StringWriter out = new StringWriter();
    CommandLine line = DemoProgram.commandLine().setOut(new PrintWriter(out));

    assertThat(line.execute(command, "--help")).isZero();

    assertThat(out.toString()).contains("Usage: slipway " + command).contains("--state");
  }
}
