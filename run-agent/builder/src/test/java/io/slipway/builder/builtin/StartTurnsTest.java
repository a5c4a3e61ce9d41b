package io.slipway.builder.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartTurnsTest {
  private final StartTurns turns = new StartTurns();

  @Test
  void shouldHaveTheNextOneWaitUntilATurnIsOver() throws Exception {
    List<StartTurns.Turn> all = takeAll();
    CompletableFuture<StartTurns.Turn> next = takeLater();

    assertThat(next).isNotDone();
    all.getFirst().close();

    assertThat(next.get(30, TimeUnit.SECONDS)).isNotNull();
  }

  @Test
  void shouldGiveOneTurnForOneThatIsClosedTwice() throws Exception {
    List<StartTurns.Turn> all = takeAll();
    all.getFirst().close();
    all.getFirst().close();
    takeLater().get(30, TimeUnit.SECONDS);

    assertThat(takeLater()).isNotDone();
  }

  @Test
  void shouldNotWaitForTheEndOfALongStep() throws Exception {
    for (StartTurns.Turn turn : takeAll()) {
      turn.started();
    }

    assertThat(takeLater().get(30, TimeUnit.SECONDS)).isNotNull();
  }

  private List<StartTurns.Turn> takeAll() throws InterruptedException {
    List<StartTurns.Turn> all = new ArrayList<>();
    int most = StartTurns.EACH_PROCESSOR * Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < most; i++) {
      all.add(turns.take());
    }
    return all;
  }

  private CompletableFuture<StartTurns.Turn> takeLater() throws InterruptedException {
    CompletableFuture<StartTurns.Turn> taken = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            taken.complete(turns.take());
          } catch (InterruptedException stopped) {
            taken.completeExceptionally(stopped);
          }
        });
    return taken;
  }
}
