package io.slipway.taskapi.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatheredTest {
  private final List<List<Integer>> batches = new ArrayList<>();
  private final List<UniEmitter<? super List<Uni<String>>>> open = new ArrayList<>();
  private final List<String> answers = new ArrayList<>();
  private final Gathered<Integer, String> gathered =
      new Gathered<>(3, Duration.ofMinutes(5), this::work);

  @Test
  void shouldBeginAtOnceAndGatherWhatComesMeanwhile() {
    IntStream.rangeClosed(1, 5).forEach(this::add);
    assertThat(batches).containsExactly(List.of(1));

    end(0);
    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4));
    end(1);
    end(2);

    assertThat(batches).containsExactly(List.of(1), List.of(2, 3, 4), List.of(5));
    assertThat(answers).containsExactly("1", "2", "3", "4", "5");
    add(6);
    assertThat(batches).hasSize(4);
  }

  @Test
  void shouldFailTheBatchAloneThatFailed() {
    IntStream.rangeClosed(1, 2).forEach(this::add);

    open.getFirst().fail(new IllegalStateException("no"));
    end(1);

    assertThat(answers).containsExactly("no", "2");
  }

  @Test
  void shouldPutTogetherWhatIsAddedTogether() {
    List<Uni<String>> all = gathered.addAll(List.of(1, 2, 3));
    assertThat(batches).containsExactly(List.of(1, 2, 3));
    end(0);
    all.forEach(one -> answers.add(one.await().indefinitely()));
    assertThat(answers).containsExactly("1", "2", "3");
  }

  @Test
  void shouldGoOnWithoutABatchThatNeverComesBack() {
    Vertx vertx = Vertx.vertx();
    try {
      goOnWithoutABatch(vertx.getOrCreateContext());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  /** A question of a request, which has a context to go on with. */
  private static CompletableFuture<String> on(Context context, Supplier<Uni<String>> question) {
    CompletableFuture<String> answer = new CompletableFuture<>();
    context.runOnContext(
        go -> question.get().subscribe().with(answer::complete, answer::completeExceptionally));
    return answer;
  }

  private void goOnWithoutABatch(Context context) {
    Gathered<Integer, String> bounded =
        new Gathered<>(
            3,
            Duration.ofMillis(100),
            batch ->
                batch.contains(1)
                    ? work(batch)
                    : Uni.createFrom().item(List.of(Uni.createFrom().item("2"))));
    CompletableFuture<String> first = on(context, () -> bounded.add(1));

    assertThat(on(context, () -> bounded.add(2)))
        .succeedsWithin(Duration.ofSeconds(20))
        .isEqualTo("2");

    assertThat(first)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class);
    end(0); // too late
    assertThat(first).isCompletedExceptionally();
    assertThat(on(context, () -> bounded.add(3))).succeedsWithin(Duration.ofSeconds(20));
  }

  private void add(int number) {
    gathered.add(number).subscribe().with(answers::add, failed -> answers.add(failed.getMessage()));
  }

  private void end(int batch) {
    open.get(batch)
        .complete(
            batches.get(batch).stream()
                .map(number -> Uni.createFrom().item(Integer.toString(number)))
                .toList());
  }

  private Uni<List<Uni<String>>> work(List<Integer> batch) {
    batches.add(batch);
    return Uni.createFrom().emitter(open::add);
  }
}
