package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {

  @Test
  void shouldSumOwnTimeAndThatOfEndedChildren() {
    String stat = "42 (java) S 1 42 42 0 -1 4194560 100 200 0 0 150 50 25 75 20 0 31 0 1234";

    assertThat(ProcessorTime.parse(stat).seconds()).isEqualTo(3.0);
  }

  @Test
  void shouldReadAProgramWithBlanksAndParenthesesInItsName() {
    String stat = "7 (a (b) c) R 1 7 7 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 5";

    assertThat(ProcessorTime.parse(stat).seconds()).isEqualTo(0.1);
  }

  @Test
  void shouldSeeTheTimeOfThisProcessRise() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    ProcessorTime before = ProcessorTime.of(ProcessHandle.current());
    long end = threads.getCurrentThreadCpuTime() + Duration.ofMillis(200).toNanos();

    while (threads.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }

    assertThat(ProcessorTime.of(ProcessHandle.current()).since(before).seconds())
        .isGreaterThan(0.1);
  }
}
