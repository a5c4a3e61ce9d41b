package io.slipway.identity.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many threads sign a batch. */
class TokenSharesTest {

  private static List<Integer> numbers(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void shouldGiveAFewToOneThreadAndManyToAll() {
    assertThat(TokenIssuer.shares(numbers(1), 8)).containsExactly(numbers(1));
    assertThat(TokenIssuer.shares(numbers(15), 8)).containsExactly(numbers(15));
    assertThat(TokenIssuer.shares(numbers(16), 8)).hasSize(2);
    assertThat(TokenIssuer.shares(numbers(200), 8)).hasSize(8);
    assertThat(TokenIssuer.shares(numbers(200), 1)).containsExactly(numbers(200));
  }

  @Test
  void shouldKeepTheOrderAndLoseNone() {
    for (int count : List.of(1, 16, 17, 31, 199, 200)) {
      assertThat(TokenIssuer.shares(numbers(count), 3).stream().flatMap(List::stream))
          .containsExactlyElementsOf(numbers(count));
    }
  }
}
