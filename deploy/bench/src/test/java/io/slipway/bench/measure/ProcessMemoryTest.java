package io.slipway.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void shouldReadWhatTheKernelSays() {
    ProcessMemory memory =
        ProcessMemory.parse(
            List.of(
                "00400000-7ffe00000000 ---p 00000000 00:00 0   [rollup]",
                "Rss:              204800 kB",
                "Pss:              102400 kB",
                "Pss_Anon:          51200 kB"));

    assertThat(memory).isEqualTo(new ProcessMemory(204800, 102400));
    assertThat(memory.plus(memory).columns()).isEqualTo("  400 MiB   200 MiB");
  }

  @Test
  void shouldMeasureThisProcess() {
    ProcessMemory own = ProcessMemory.of(ProcessHandle.current());

    assertThat(own.resident()).isGreaterThan(10_000);
    assertThat(own.proportional()).isPositive().isLessThanOrEqualTo(own.resident());
    assertThat(ProcessMemory.ofTree(ProcessHandle.current()).resident())
        .isGreaterThanOrEqualTo(own.resident() / 2);
  }
}
