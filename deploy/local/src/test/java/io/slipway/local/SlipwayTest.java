package io.slipway.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SlipwayTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"up", "down", "status", "logs", "doctor", "az", "env"})
  void shouldExplainEachCommand(String command) {
    StringWriter out = new StringWriter();
    CommandLine line = Slipway.commandLine().setOut(new PrintWriter(out));
    assertThat(line.execute(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: slipway " + command).contains("--state");
  }

  @ParameterizedTest
  @ValueSource(strings = {"status", "env", "az"})
  void shouldSayInOneLineThatThereIsNoPlatform(String command) {
    assertThat(failure(command, "--state", folder.toString()))
        .isEqualTo(
            "slipway: There is no platform in " + folder + ": start one with ./slipway up.\n");
  }

  @Test
  void shouldSayInOneLineThatAnUpstreamIsNoAddress() {
    assertThat(failure("up", "--state", folder.toString(), "--upstream", "docker.io=mirror"))
        .isEqualTo(
            "slipway: --upstream docker.io=mirror: not an address like"
                + " https://mirror.example.com\n");
  }

  private static String failure(String... words) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(Slipway.commandLine().execute(words)).isEqualTo(1);
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }
}
