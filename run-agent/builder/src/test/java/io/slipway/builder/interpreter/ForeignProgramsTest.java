package io.slipway.builder.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.builder.config.Platform;
import org.junit.jupiter.api.Test;

class ForeignProgramsTest {
  @Test
  void shouldFindThatTheMachineRunsItsOwnPrograms() {
    assertThat(ForeignPrograms.run(Platform.current())).isTrue();
    // Not only by its name: the program that is tried out really ends with its code here.
    assertThat(ForeignPrograms.tryOut(Platform.current().architecture())).isTrue();
  }

  @Test
  void shouldFindThatNobodyRunsWhatIsNotThere() {
    assertThat(ForeignPrograms.run(Platform.parse("linux/mips64"))).isFalse();
    assertThat(ForeignPrograms.run(Platform.parse("windows/amd64"))).isFalse();
  }
}
