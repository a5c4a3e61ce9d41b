package io.slipway.broker.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTest {
  private static final RuntimeException AWAY = new IllegalStateException("away");

  @Test
  void shouldGoOnWithWhatSucceededAndKeepTheOrder() {
    List<Integer> asked = new ArrayList<>();

    List<Outcome<String>> outcomes =
        Outcome.together(
                List.of(Outcome.of(1), Outcome.<Integer>failed(AWAY), Outcome.of(2), Outcome.of(3)),
                good -> {
                  asked.addAll(good);
                  return Uni.createFrom()
                      .item(good.stream().map(n -> Outcome.of(n).then(OutcomeTest::text)).toList());
                })
            .await()
            .indefinitely();

    assertThat(asked).containsExactly(1, 2, 3);
    assertThat(outcomes.get(0).result()).isEqualTo("1");
    assertThat(outcomes.get(1).failure()).isSameAs(AWAY);
    assertThat(outcomes.get(2).failure()).hasMessage("two");
    assertThat(outcomes.get(3).result()).isEqualTo("3");
  }

  private static String text(int number) {
    if (number == 2) {
      throw new IllegalArgumentException("two");
    }
    return Integer.toString(number);
  }
}
