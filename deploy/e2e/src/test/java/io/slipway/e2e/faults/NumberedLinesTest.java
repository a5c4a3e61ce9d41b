package io.slipway.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The checker of logs finds what it is for. */
class NumberedLinesTest {
  @Test
  void shouldTakeALogOfOneAttempt() {
    assertThat(NumberedLines.fault(log(1, 2, 3), 3, 1)).isEmpty();
  }

  @Test
  void shouldTakeALostAttemptBeforeTheOneThatCounts() {
    assertThat(NumberedLines.fault(log(1, 2, 1, 2, 3), 3, 2)).isEmpty();
  }

  @Test
  void shouldFindAGap() {
    assertThat(NumberedLines.fault(log(1, 3), 3, 1)).contains("line 3 after line 1");
  }

  @Test
  void shouldFindALineThatCameTwice() {
    assertThat(NumberedLines.fault(log(1, 2, 2, 3), 3, 1)).contains("line 2 after line 2");
  }

  @Test
  void shouldFindAMissingEnd() {
    assertThat(NumberedLines.fault(log(1, 2), 3, 1)).contains("ends with line 2 of 3");
  }

  @Test
  void shouldFindABeginThatNoAttemptAccountsFor() {
    assertThat(NumberedLines.fault(log(1, 2, 1, 2, 3), 3, 1))
        .contains("begun 2 times in 1 attempts");
  }

  @Test
  void shouldTakeALostAttemptThatHadPrintedEverything() {
    assertThat(NumberedLines.fault(log(1, 2, 3, 1, 2, 3), 3, 2)).isEmpty();
    assertThat(NumberedLines.fault(log(1, 2, 3, 1, 2, 3), 3, 1))
        .contains("begun 2 times in 1 attempts");
  }

  private static String log(int... numbers) {
    StringBuilder log = new StringBuilder("begins\n");
    for (int number : numbers) {
      log.append("line ").append(number).append(" of 3\n");
    }
    return log.toString();
  }
}
