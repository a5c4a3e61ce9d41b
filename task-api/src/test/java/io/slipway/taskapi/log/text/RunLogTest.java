package io.slipway.taskapi.log.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.contract.RunOutcome;
import io.slipway.taskapi.run.course.RunOwner;
import io.slipway.taskapi.run.course.RunState;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunLogTest {
  private static final UUID UID = UUID.randomUUID();

  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED, successful",
    "FAILED, failed",
    "CANCELED, canceled",
    "TIMEOUT, timedout",
    "ERROR, internalerror"
  })
  void shouldEndWithTheWordThatTheCliKnows(RunOutcome outcome, String word) {
    RunLog log = new RunLog(UID, 10, new RunState.Finished(1, outcome), 10L, false);

    assertThat(log.complete()).contains(word);
  }

  @Test
  void shouldNotEndBeforeTheLastByteOrTheFinalState() {
    RunState.Finished finished = new RunState.Finished(1, RunOutcome.SUCCEEDED);

    assertThat(new RunLog(UID, 9, finished, 10L, false).complete()).isEmpty();
    assertThat(new RunLog(UID, 9, finished, 10L, true).complete()).contains("successful");
    assertThat(
            new RunLog(
                    UID, 10, new RunState.Running(1, new RunOwner("a", null), false), null, false)
                .complete())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-4095, 10000, 0, 4096",
    "bytes=4096-8191, 5000, 4096, 5000",
    "bytes=5-, 10, 5, 10",
    "bytes=0-99999999, 100000000, 0, 4194304"
  })
  void shouldReadRanges(String header, long length, long from, long to) {
    assertThat(ByteRange.parse(header, length)).contains(new ByteRange(from, to));
  }

  @ParameterizedTest
  @CsvSource({"bytes=-5", "lines=0-1", "bytes=a-b", "bytes=0-1;1-2", "bytes=99999999999999999999-"})
  void shouldTakeNoRangeForOneThatItDoesNotUnderstand(String header) {
    assertThat(ByteRange.parse(header, 100)).isEmpty();
  }

  @Test
  void shouldSeeThatARangeIsBeyondTheEnd() {
    assertThat(new ByteRange(10, 10).isBeyond(10)).isTrue();
    assertThat(new ByteRange(9, 10).isBeyond(10)).isFalse();
  }

  @Test
  void shouldEndALogInTheWordsOfAnAgent() {
    Instant created = Instant.parse("2026-01-01T00:00:00Z");

    assertThat(
            RunEnding.text("cf10", RunOutcome.ERROR, "agent lost", created, created.plusSeconds(9)))
        .isEqualTo("\r\nRun ID: cf10 failed after 9s. Error: agent lost\r\n");
    assertThat(RunEnding.text("cf10", RunOutcome.CANCELED, null, created, created))
        .isEqualTo("\r\nRun ID: cf10 was canceled after 0s\r\n");
  }
}
