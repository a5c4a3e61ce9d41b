package io.slipway.broker.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
}
