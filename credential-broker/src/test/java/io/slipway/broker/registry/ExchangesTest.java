package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.broker.registry.Exchanges.Exchanged;
import io.slipway.broker.registry.Exchanges.Key;
import io.slipway.broker.rule.TokenEndpoint;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ExchangesTest {
  private static final TokenEndpoint ENDPOINT =
      new TokenEndpoint(URI.create("https://r.example/oauth2/token"), "r.example");
  private static final Key KEY = new Key(UUID.randomUUID(), "r.example");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Exchanges exchanges = new Exchanges(() -> now);
  private final List<CompletableFuture<Exchanged>> made = new ArrayList<>();

  private CompletableFuture<Exchanged> get(Key key) {
    return exchanges
        .get(
            key,
            () -> {
              CompletableFuture<Exchanged> exchange = new CompletableFuture<>();
              made.add(exchange);
              return Uni.createFrom().completionStage(exchange);
            })
        .subscribeAsCompletionStage();
  }

  private static Exchanged token(String text) {
    return new Exchanged(ENDPOINT, text);
  }

  @Test
  void shouldExchangeOnceForAllWhoAskAtATime() {
    CompletableFuture<Exchanged> one = get(KEY);
    CompletableFuture<Exchanged> other = get(KEY);
    made.getFirst().complete(token("t"));

    assertThat(one.join()).isSameAs(other.join());
    assertThat(get(KEY).join()).isSameAs(one.join());
    assertThat(made).hasSize(1);
  }

  @Test
  void shouldKeepApartWhoAndWhere() {
    get(KEY);
    get(new Key(KEY.principalId(), "other.example"));
    get(new Key(UUID.randomUUID(), KEY.server()));

    assertThat(made).hasSize(3);
  }

  @Test
  void shouldForgetAfterFourMinutes() {
    get(KEY);
    made.getFirst().complete(token("t"));
    now = now.plus(Duration.ofMinutes(4)).minusMillis(1);
    assertThat(get(KEY)).isCompleted();

    now = now.plusMillis(1);
    get(KEY);

    assertThat(made).hasSize(2);
  }

  /** The other one has rights of its own, which the first one's failure says nothing about. */
  @Test
  void shouldLetEachTryForItselfWhenTheFirstFails() {
    CompletableFuture<Exchanged> one = get(KEY);
    CompletableFuture<Exchanged> other = get(KEY);
    made.get(0).completeExceptionally(new IllegalStateException("its lease is over"));
    assertThatThrownBy(one::join).hasMessageContaining("its lease is over");
    assertThat(made).hasSize(2);
    made.get(1).complete(token("t"));

    assertThat(other.join().refreshToken()).isEqualTo("t");
  }

  @Test
  void shouldForgetWhatWasRefusedAndNothingNewer() {
    get(KEY);
    made.get(0).complete(token("refused"));
    exchanges.forget(KEY, token("another"));
    assertThat(get(KEY)).isCompleted();

    exchanges.forget(KEY, token("refused"));
    get(KEY);

    assertThat(made).hasSize(2);
  }

  /** An agent that hangs up cancels its request. */
  @Test
  void shouldGiveTheOthersWhatWasBegunByOneThatHungUp() {
    CompletableFuture<Exchanged> one = get(KEY);
    CompletableFuture<Exchanged> other = get(KEY);
    CompletableFuture<Exchanged> third = get(KEY);
    one.cancel(true);
    other.cancel(true);
    made.getFirst().complete(token("t"));

    assertThat(third).isCompleted();
    assertThat(get(KEY)).isCompleted();
    assertThat(made).hasSize(1);
  }

  @Test
  void shouldFailAsTheExchangeDoes() {
    Throwable refused = new IllegalStateException("refused");
    CompletableFuture<Exchanged> one = get(KEY);
    made.getFirst().completeExceptionally(refused);

    assertThat(one.handle((exchanged, failure) -> failure)).isCompletedWithValue(refused);
  }
}
