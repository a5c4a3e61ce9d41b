package io.slipway.agent.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.LogAppended;
import io.slipway.contract.RunRef;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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
    log.endOutput();
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

  static Stream<Arguments> printedForms() {
    String secret = "s3cret-value/1";
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Base64.Encoder base64 = Base64.getEncoder();
    byte[] within = ("user:" + secret + ":x").getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        Arguments.of("base64 within a longer text", base64.encodeToString(within)),
        Arguments.of("twice", base64.encodeToString(base64.encode(within))),
        Arguments.of("of addresses", Base64.getUrlEncoder().encodeToString(within)),
        Arguments.of("hex", HexFormat.of().formatHex(bytes)),
        Arguments.of("upper-case hex", HexFormat.of().withUpperCase().formatHex(bytes)),
        Arguments.of("two lines", "s3cre\nt-value/1"),
        Arguments.of("many lines", "s3c\nret\n-va\nlue/\n1"),
        Arguments.of(
            "two lines of base64", base64.encodeToString(within).replaceFirst("(.{12})", "$1\n")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("printedForms")
  void shouldMaskASecretHoweverItIsPrinted(String name, String printed) {
    RunLog log = log(0, 10_000);
    log.masker().learn("s3cret-value/1");
    log.output("before");
    printed.lines().forEach(log::output);
    log.output("after");
    log.endOutput();
    log.flush();

    List<String> lines = text().lines().toList();
    assertThat(lines).first().isEqualTo("before");
    assertThat(lines).last().isEqualTo("after");
    assertThat(text()).contains("***");
    assertThat(String.join("", lines)).doesNotContain("s3cret").doesNotContain("value/1");
  }

  @Test
  void shouldMaskEachLineOfASecretOfManyLines() {
    RunLog log = log(0, 10_000);
    log.masker().learn("-----BEGIN-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n");
    log.output("x kqhkiG9w0BAQEF y");
    log.endOutput();
    log.flush();

    assertThat(text()).isEqualTo("x *** y\r\n");
  }

  @Test
  void shouldHoldBackALineOnlyWhileItCouldBeginASecret() {
    RunLog log = log(0, 10_000);
    log.masker().learn("abcdefgh");
    log.output("Listening on port 80");
    log.flush();
    assertThat(text()).isEqualTo("Listening on port 80\r\n");

    log.output("abcd");
    log.flush();
    assertThat(text()).doesNotContain("abcd");

    log.engine("next step");
    log.flush();
    assertThat(text()).contains("abcd\r\n").contains("next step");
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
  void shouldFindASecretOverTheLinesOfOneProgramWhileAnotherPrints() {
    RunLog log = log(0, 10_000);
    log.masker().learn("s3cret-value/1");
    StepLog one = log.open();
    StepLog other = log.open();
    one.line("a s3cret");
    other.line("of the other");
    log.engine("of the engine");
    one.line("-value/1 b");
    one.close();
    other.close();
    log.flush();

    assertThat(text())
        .contains("a ***\r\n*** b\r\n", "of the other", "of the engine")
        .doesNotContain("s3cret")
        .doesNotContain("-value");
  }

  @Test
  void shouldKeepLinesOfProgramsThatPrintAtTheSameTimeWhole() {
    RunLog log = log(0, 10_000);
    StepLog one = log.open();
    StepLog other = log.open();
    write(one, "first h");
    write(other, "second h");
    write(one, "alf\n");
    write(other, "alf");
    one.close();
    other.close();
    log.flush();

    assertThat(text()).isEqualTo("first half\r\nsecond half\r\n");
  }

  private static void write(StepLog log, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    log.write(bytes, 0, bytes.length);
  }

  @Test
  void shouldBreakLinesThatNoPieceCouldHold() {
    RunLog log = log(0, 10_000_000);
    String endless = "€😀".repeat(40_000);
    log.engine(endless);
    log.flush();

    assertThat(pieces)
        .allMatch(p -> p.text().getBytes(StandardCharsets.UTF_8).length <= LogAppended.MAX_BYTES);
    assertThat(text().replace("\r\n", "")).isEqualTo("2019/06/14 22:47:32 " + endless);
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

  @Test
  void shouldShowTheStatesOfAProgressBar() {
    List<String> lines = new ArrayList<>();
    AtomicLong now = new AtomicLong();
    LineBuffer buffer = new LineBuffer(lines::add, now::get);
    for (int percent = 0; percent <= 100; percent += 10) {
      byte[] bytes = ("\rloading " + percent + "%").getBytes(StandardCharsets.UTF_8);
      buffer.write(bytes, 0, bytes.length);
      now.addAndGet(300_000_000);
    }
    byte[] rest = "\r\nwindows\r\nlast\r".getBytes(StandardCharsets.UTF_8);
    buffer.write(rest, 0, rest.length);
    buffer.flush();

    assertThat(lines)
        .containsExactly(
            "loading 0%", "loading 40%", "loading 80%", "loading 100%", "windows", "last");
  }
}
