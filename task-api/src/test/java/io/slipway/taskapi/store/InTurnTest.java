package io.slipway.taskapi.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InTurnTest {
  private final List<String> begun = new ArrayList<>();
  private final List<UniEmitter<? super Void>> open = new ArrayList<>();

  @Test
  void shouldBeginTheNextWhenTheOneBeforeIsDone() {
    InTurn.<Object>each(List.of("a", "b"), this::pending)
        .subscribe()
        .with(done -> begun.add("end"));
    assertThat(begun).containsExactly("a");

    open.getFirst().complete(null);
    assertThat(begun).containsExactly("a", "b");

    open.getLast().complete(null);
    assertThat(begun).containsExactly("a", "b", "end");
  }

  @Test
  void shouldEndAtTheFirstFailure() {
    Uni<Void> work =
        InTurn.each(
            List.of("a", "b", "c"),
            item -> {
              begun.add(item);
              return item.equals("b")
                  ? Uni.createFrom().failure(new IllegalStateException(item))
                  : Uni.createFrom().voidItem();
            });

    assertThatThrownBy(() -> work.await().indefinitely()).hasMessage("b");
    assertThat(begun).containsExactly("a", "b");
  }

  @Test
  void shouldCollectInTheOrderOfTheItems() {
    List<Integer> many = IntStream.range(0, 10_000).boxed().toList();

    assertThat(InTurn.map(many, item -> Uni.createFrom().item(item + 1)).await().indefinitely())
        .isEqualTo(IntStream.rangeClosed(1, 10_000).boxed().toList());
    assertThat(InTurn.each(List.of(), this::pending).await().indefinitely()).isNull();
  }

  /** A sweep of a large history goes on tens of thousands of times. */
  @Test
  void shouldRepeatAnyNumberOfTimes() {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      AtomicInteger times = new AtomicInteger();
      InTurn.whilst(() ->
              Uni.createFrom()
                  .emitter(emitter ->
                      other.execute(() -> emitter.complete(times.incrementAndGet() < 50_000))))
          .await()
          .atMost(Duration.ofSeconds(60));
      assertThat(times).hasValue(50_000);
    }
    AtomicInteger atOnce = new AtomicInteger();
    InTurn.whilst(() -> Uni.createFrom().item(() -> atOnce.incrementAndGet() < 50_000))
        .await()
        .indefinitely();
    assertThat(atOnce).hasValue(50_000);
  }

  @Test
  void shouldNotRepeatWhatFails() {
    AtomicInteger times = new AtomicInteger();
    Uni<Void> work =
        InTurn.whilst(() ->
            times.incrementAndGet() < 3
                ? Uni.createFrom().item(true)
                : Uni.createFrom().failure(new IllegalStateException("third")));

    assertThatThrownBy(() -> work.await().indefinitely()).hasMessage("third");
    assertThat(times).hasValue(3);
  }

  private Uni<Void> pending(Object item) {
    begun.add(item.toString());
    return Uni.createFrom().emitter(open::add);
  }
}
