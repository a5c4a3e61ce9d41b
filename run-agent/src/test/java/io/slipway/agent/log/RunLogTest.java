package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RunLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2019-06-14T22:47:32Z"));
  private final List<LogAppended> pieces = new ArrayList<>();

  private RunLog log(long offset, long limit) {
    RunRef run = new RunRef(UUID.randomUUID(), "cf10", "myregistry", null, 1);
    return new RunLog(run, offset, limit, CLOCK, pieces::add);
  }

  private String text() {
    return String.join("", pieces.stream().map(LogAppended::text).toList());
  }

  @Test
  void shouldStampLinesOfTheEngineOnly() {
    RunLog log = log(0, 1000);
    log.engine("Setting up Docker configuration...");
    log.output("hello");
    log.flush();

    assertThat(text())
        .isEqualTo("2019/06/14 22:47:32 Setting up Docker configuration...\r\nhello\r\n");
    assertThat(log.bytes()).isEqualTo(text().length());
  }

  @Test
  void shouldGoOnWhereTheLastAttemptEnded() {
    RunLog log = log(500, 10_000);
    log.output("é");
    log.flush();
    log.output("next");
    log.flush();

    assertThat(pieces).extracting(LogAppended::offset).containsExactly(500L, 504L);
    assertThat(log.bytes()).isEqualTo(510);
  }

  @Test
  void shouldMaskSecretsInAllTheirForms() {
    RunLog log = log(0, 10_000);
    log.masker().learn("s3cret-value/1");
    String once =
        Base64.getEncoder().encodeToString("s3cret-value/1".getBytes(StandardCharsets.UTF_8));
    LineBuffer buffer = new LineBuffer(log::output);
    for (String written : List.of("a s3cret", "-value/1 b\n", once + "\n", "s3cret-value%2F1\n")) {
      byte[] bytes = written.getBytes(StandardCharsets.UTF_8);
      buffer.write(bytes, 0, bytes.length);
    }
    buffer.flush();
    log.flush();

    assertThat(text())
        .startsWith("a *** b\r\n")
        .doesNotContain("s3cret")
        .doesNotContain(once.substring(0, 16));
  }

  @Test
  void shouldCutOutputAtItsLimitAndKeepTheEngine() {
    RunLog log = log(0, 100);
    for (int i = 0; i < 1000; i++) {
      log.output("flood");
    }
    log.engine("end");
    log.flush();

    assertThat(text())
        .contains("the rest of the output is left out")
        .contains("end")
        .hasSizeLessThan(400);
  }

  @Test
  void shouldKeepPiecesSmall() {
    RunLog log = log(0, 10_000_000);
    for (int i = 0; i < 20_000; i++) {
      log.output("a line of some length that fills the pieces");
    }
    log.flush();

    assertThat(pieces).allMatch(p -> p.text().length() <= LogAppended.MAX_BYTES);
    long next = 0;
    for (LogAppended piece : pieces) {
      assertThat(piece.offset()).isEqualTo(next);
      next += piece.text().length();
    }
  }

  @Test
  void shouldNotTearCharacters() {
    List<String> lines = new ArrayList<>();
    LineBuffer buffer = new LineBuffer(lines::add);
    byte[] bytes = "héllo wörld ✓\nrest".getBytes(StandardCharsets.UTF_8);
    for (byte one : bytes) {
      buffer.write(new byte[] {one}, 0, 1);
    }
    buffer.flush();

    assertThat(lines).containsExactly("héllo wörld ✓", "rest");
  }
}
