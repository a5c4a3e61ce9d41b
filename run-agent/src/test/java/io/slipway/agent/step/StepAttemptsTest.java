package io.slipway.agent.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.builder.OutputSink;
import io.slipway.contract.StepOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class StepAttemptsTest {
  private final List<String> log = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private int tries;

  private void run(String properties, StepAttempts.Try once) throws Exception {
    new StepAttempts(Steps.step(properties), log::add, pauses::add)
        .run(once, (bytes, offset, length) -> {});
  }

  /** Ends with these codes, one after another. */
  private StepAttempts.Try codes(Integer... codes) {
    Iterator<Integer> left = List.of(codes).iterator();
    return output -> {
      tries++;
      int code = left.next();
      if (code != 0) {
        throw StepFailure.exit(code);
      }
    };
  }

  @Test
  void shouldTryOnceWithoutRetries() {
    assertThatThrownBy(() -> run("", codes(3))).hasMessage("exit status 3");

    assertThat(tries).isEqualTo(1);
    assertThat(log).containsExactly("Container failed during run: only. No retries remaining.");
  }

  @Test
  void shouldSucceedAtTheThirdTry() throws Exception {
    run("retries: 2\nretryDelay: 7", codes(1, 1, 0));

    assertThat(tries).isEqualTo(3);
    assertThat(pauses).containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(7));
    assertThat(log)
        .containsExactly(
            "Container failed during run: only, waiting 7 seconds before retrying...",
            "Container failed during run: only, waiting 7 seconds before retrying...",
            "Successfully executed container: only");
  }

  @Test
  void shouldWaitFiveSecondsIfNothingElseIsSaid() throws Exception {
    run("retries: 1", codes(1, 0));

    assertThat(pauses).containsExactly(Duration.ofSeconds(5));
  }

  @Test
  void shouldRepeatEvenAfterAFailureAndJoinTheErrors() {
    assertThatThrownBy(() -> run("repeat: 2", codes(1, 0, 4)))
        .isInstanceOfSatisfying(
            StepFailure.class,
            failed -> {
              assertThat(failed.text()).isEqualTo("exit status 1, exit status 4");
              assertThat(failed.exitCode()).isEqualTo(4);
              assertThat(failed.outcome()).isEqualTo(StepOutcome.FAILED);
            });
    assertThat(tries).isEqualTo(3);
  }

  @Test
  void shouldGiveEachRoundItsOwnRetries() throws Exception {
    run("repeat: 1\nretries: 1", codes(1, 0, 1, 0));

    assertThat(tries).isEqualTo(4);
  }

  @Test
  void shouldRetryOnlyOnTheNamedErrors() {
    StepAttempts.Try once =
        output -> {
          tries++;
          print(output, tries == 1 ? "dial tcp: connection " : "permission denied");
          print(output, tries == 1 ? "reset by peer" : "");
          throw StepFailure.exit(1);
        };

    assertThatThrownBy(() -> run("retries: 5\nretryOnErrors: ['connection reset']", once))
        .hasMessage("exit status 1");
    assertThat(tries).isEqualTo(2);
  }

  private static void print(OutputSink output, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    output.write(bytes, 0, bytes.length);
  }

  @Test
  void shouldNotRetryWhatWasInterrupted() {
    StepAttempts.Try once =
        output -> {
          tries++;
          throw new InterruptedException();
        };

    assertThatThrownBy(() -> run("retries: 5\nrepeat: 5", once))
        .isInstanceOf(InterruptedException.class);
    assertThat(tries).isEqualTo(1);
  }
}
