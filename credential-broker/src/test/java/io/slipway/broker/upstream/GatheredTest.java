package io.slipway.broker.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.broker.BrokerException;
import io.slipway.broker.BrokerException.Upstream;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class GatheredTest {
  private record Call(List<String> questions, CompletableFuture<List<String>> answers) {
    void answer() {
      answers.complete(questions.stream().map(question -> question + "!").toList());
    }
  }

  private final List<Call> calls = new ArrayList<>();
  private final Gathered<String, String> gathered =
      new Gathered<>(
          3,
          questions -> {
            Call call = new Call(questions, new CompletableFuture<>());
            calls.add(call);
            return Uni.createFrom().completionStage(call.answers());
          });

  private CompletableFuture<String> ask(String question) {
    return gathered.ask(question).subscribeAsCompletionStage();
  }

  @Test
  void shouldAskAtOnceWhenNothingIsUnderWay() {
    CompletableFuture<String> answer = ask("a");

    assertThat(calls).extracting(Call::questions).containsExactly(List.of("a"));
    calls.getFirst().answer();
    assertThat(answer.join()).isEqualTo("a!");
  }

  @Test
  void shouldPutTogetherWhatComesMeanwhile() {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (String question : List.of("a", "b", "c", "d", "e", "f")) {
      answers.add(ask(question));
    }
    assertThat(calls).extracting(Call::questions).containsExactly(List.of("a"), List.of("b"));

    calls.get(1).answer();
    assertThat(calls.get(2).questions()).containsExactly("c", "d", "e");
    calls.get(0).answer();
    assertThat(calls.get(3).questions()).containsExactly("f");
    calls.get(2).answer();
    calls.get(3).answer();

    assertThat(answers.stream().map(CompletableFuture::join))
        .containsExactly("a!", "b!", "c!", "d!", "e!", "f!");
  }

  @Test
  void shouldFailThoseOfTheCallThatFailedAndGoOn() {
    CompletableFuture<String> first = ask("a");
    CompletableFuture<String> second = ask("b");
    CompletableFuture<String> third = ask("c");

    calls.get(0).answers().completeExceptionally(new IllegalStateException("away"));
    assertThatThrownBy(first::join).hasMessageContaining("away");
    calls.get(1).answers().complete(List.of("x", "y")); // of another length: it says nothing
    assertThatThrownBy(second::join).hasMessageContaining("1 questions got 2 answers");
    calls.get(2).answer();

    assertThat(third.join()).isEqualTo("c!");
  }

  @Test
  void shouldGoOnWithoutCallsThatNeverComeBack() {
    Vertx vertx = Vertx.vertx();
    try {
      goOnWithoutCalls(vertx.getOrCreateContext());
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

  private void goOnWithoutCalls(Context context) {
    Gathered<String, String> bounded =
        new Gathered<>(
            3,
            Duration.ofMillis(100),
            failure -> failure,
            questions -> {
              Call call = new Call(questions, new CompletableFuture<>());
              synchronized (calls) {
                calls.add(call);
              }
              if (questions.contains("c")) {
                call.answer();
              }
              return Uni.createFrom().completionStage(call.answers());
            });
    CompletableFuture<String> first = on(context, () -> bounded.ask("a"));
    CompletableFuture<String> second = on(context, () -> bounded.ask("b"));

    assertThat(on(context, () -> bounded.ask("c")))
        .succeedsWithin(Duration.ofSeconds(20))
        .isEqualTo("c!");

    for (CompletableFuture<String> hung : List.of(first, second)) {
      assertThat(hung)
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(TimeoutException.class);
    }
    calls.get(0).answer(); // too late: it is neither answered nor counted a second time
    calls.get(1).answer();
    assertThat(on(context, () -> bounded.ask("c"))).succeedsWithin(Duration.ofSeconds(20));
    assertThat(second).isCompletedExceptionally();
    assertThat(calls)
        .extracting(Call::questions)
        .containsExactly(List.of("a"), List.of("b"), List.of("c"), List.of("c"));
  }

  @Test
  void shouldPutIntoOneCallWhatComesTogether() {
    CompletableFuture<List<Outcome<String>>> answers =
        gathered.askAll(List.of("a", "b", "c", "d", "e")).subscribeAsCompletionStage();
    assertThat(calls)
        .extracting(Call::questions)
        .containsExactly(List.of("a", "b", "c"), List.of("d", "e"));

    calls.get(1).answer();
    calls.get(0).answers().completeExceptionally(new IllegalStateException("away"));

    assertThat(answers.join().stream().limit(3).map(Outcome::failure))
        .allSatisfy(failure -> assertThat(failure).hasMessage("away"));
    assertThat(answers.join().stream().skip(3).map(Outcome::result)).containsExactly("d!", "e!");
  }

  @Test
  void shouldAskNothingForNoQuestions() {
    assertThat(gathered.askAll(List.of()).await().indefinitely()).isEmpty();
    assertThat(calls).isEmpty();
  }

  @Test
  void shouldSayWhichServiceDoesNotAnswer() {
    Gathered<String, String> hanging =
        new Gathered<>(
            3,
            Upstream.TASK_API,
            questions -> Uni.createFrom().failure(new TimeoutException("no answer within 1 s")));

    assertThatThrownBy(() -> hanging.ask("a").await().indefinitely())
        .isInstanceOfSatisfying(
            BrokerException.class,
            refusal -> {
              assertThat(refusal.code()).isEqualTo("TaskApiUnavailable");
              assertThat(refusal.retryAfter()).isPresent();
            })
        .hasMessage("task-api is not available: no answer within 1 s");
  }
}
