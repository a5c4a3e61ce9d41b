package io.slipway.identity.client.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class IssuerKeysTest {
  private static final Issuer ISSUER = new Issuer();
  private static final Duration REFRESH = Duration.ofMinutes(1);
  private static final Duration RETAIN = Duration.ofHours(1);

  private Instant now = Issuer.START;
  private int reads;
  private CompletableFuture<String> answer = CompletableFuture.completedFuture(both());
  private final IssuerKeys keys =
      new IssuerKeys(
          () -> {
            reads++;
            return answer;
          },
          new IssuerKeys.Times(REFRESH, RETAIN),
          () -> now);

  private static String both() {
    return ISSUER.keys(ISSUER.rsa, ISSUER.ec);
  }

  private void read() {
    keys.lookAgain().toCompletableFuture().join();
  }

  @Test
  void shouldReadTheKeysAgainWithoutMakingAnybodyWait() {
    read();
    now = now.plus(REFRESH).plusSeconds(1);
    answer = new CompletableFuture<>();

    assertThat(keys.key("ec")).isPresent();
    assertThat(keys.key("rsa")).isPresent();
    assertThat(reads).as("one call for all").isEqualTo(2);

    answer.complete(ISSUER.keys(ISSUER.rsa));
    assertThat(keys.key("ec")).as("it was withdrawn").isEmpty();
    assertThat(keys.key("rsa")).isPresent();
  }

  @Test
  void shouldUseTheKeysAtHandWhileTheIssuerIsAway() {
    read();
    answer = CompletableFuture.failedFuture(new IOException("away"));

    now = Issuer.START.plus(RETAIN).minusSeconds(1);
    assertThat(keys.key("ec")).isPresent();
    now = Issuer.START.plus(RETAIN).plusSeconds(1);
    assertThat(keys.key("ec")).isEmpty();
  }

  @Test
  void shouldSayThatTheKeysAreAwayAndNotThatATokenIsBad() {
    answer = CompletableFuture.failedFuture(new IOException("away"));

    for (int again = 0; again < 2; again++) {
      assertThatThrownBy(this::read).hasCauseInstanceOf(KeysUnavailableException.class);
    }
    assertThat(reads).as("not more often than every two seconds").isEqualTo(1);
  }

  @Test
  void shouldLookForAnUnknownKeyOnceForAllWhoAsk() {
    answer = new CompletableFuture<>();
    CompletionStage<Void> one = keys.lookAgain();
    CompletionStage<Void> other = keys.lookAgain();
    answer.complete(both());

    one.toCompletableFuture().join();
    other.toCompletableFuture().join();
    read();

    assertThat(reads).isEqualTo(1);
    now = now.plusSeconds(2);
    read();
    assertThat(reads).isEqualTo(2);
  }

  @Test
  void rejectsAnAnswerWithoutKeys() {
    read();
    now = now.plusSeconds(2);
    answer = CompletableFuture.completedFuture("{\"keys\":[]}");

    assertThatThrownBy(this::read).hasCauseInstanceOf(KeysUnavailableException.class);
    assertThat(keys.key("ec")).isPresent();
  }
}
