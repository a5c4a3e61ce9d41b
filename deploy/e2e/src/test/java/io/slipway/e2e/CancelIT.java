package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What {@code az acr task cancel-run} promises. Late in the order, when no other test runs beside
 * it: five seconds are promised to a user, not to a machine under load.
 */
@Order(80)
class CancelIT {
  private static final Workshop WORKSHOP = Workshop.shared();

  @Test
  void shouldEndACanceledContainerWithinFiveSeconds() {
    // Given
    String runId =
        WORKSHOP.start(
            """
            steps:
              - id: deaf
                cmd: $Registry/base/shell:1 sh -c 'trap "" TERM INT; echo deaf has begun; sleep 4337; sleep 4337'
            """);
    WORKSHOP.awaitLog(runId, "deaf has begun");
    assertThat(isSleeping()).isTrue();

    // When
    WORKSHOP.api().cancel(runId);
    Instant accepted = Instant.now();
    Platform.await("the container is gone", Duration.ofSeconds(60), () -> !isSleeping());
    Duration taken = Duration.between(accepted, Instant.now());

    // Then
    assertThat(WORKSHOP.end(runId).status()).isEqualTo("Canceled");
    assertThat(taken).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }

  private static boolean isSleeping() {
    return ProcessHandle.allProcesses()
        .anyMatch(process -> Command.commandLine(process).strip().equals("sleep 4337"));
  }
}
