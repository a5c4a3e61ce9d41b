package io.slipway.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A run that has the agent for itself. */
@Timeout(30)
class LoneRunTest {
  private final Slots slots = new Slots(3);

  private Thread alone(Slots.Held held, Runnable then) {
    return Thread.ofVirtual()
        .start(() -> {
          try (held) {
            held.all();
            then.run();
          } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
          }
        });
  }

  @Test
  void shouldGiveTheAgentToOneRunWhenTheOthersAreOver() throws Exception {
    assertThat(slots.take(2)).isTrue();
    Slots.Held other = slots.held();
    CompletableFuture<Integer> seen = new CompletableFuture<>();
    CompletableFuture<Void> over = new CompletableFuture<>();
    Thread thread =
        alone(
            slots.held(),
            () -> {
              seen.complete(slots.free());
              over.join();
            });
    while (slots.free() > 0) {
      Thread.onSpinWait();
    }
    assertThat(slots.await(1, Duration.ofMillis(20))).as("the intake gets none").isZero();
    assertThat(seen).isNotDone();

    other.close();

    assertThat(seen.join()).isZero();
    assertThat(slots.take(1)).isFalse();
    over.complete(null);
    thread.join();
    assertThat(slots.free()).isEqualTo(3);
  }

  @Test
  void shouldGiveItToTwoOneAfterTheOther() throws Exception {
    assertThat(slots.take(2)).isTrue();
    int[] at = {0, 0};
    Runnable work =
        () -> {
          at[0]++;
          at[1] = Math.max(at[1], at[0]);
          Thread.yield();
          at[0]--;
        };
    Thread one = alone(slots.held(), work);
    Thread two = alone(slots.held(), work);

    one.join();
    two.join();

    assertThat(at).containsExactly(0, 1);
    assertThat(slots.free()).isEqualTo(3);
  }

  @Test
  void shouldLetTheIntakeGoOnWhenOneThatWaitsIsEnded() throws Exception {
    assertThat(slots.take(2)).isTrue();
    Thread thread = alone(slots.held(), () -> {});
    while (slots.free() > 0) {
      Thread.onSpinWait();
    }

    thread.interrupt();
    thread.join();

    assertThat(slots.await(2, Duration.ofSeconds(20))).isEqualTo(2);
  }
}
