package io.slipway.taskapi.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskapi.definition.WebhookScope;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryPlanTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 5",
    "2, 0, 0, 15",
    "3, 0, 1, 54",
    "9, 0, 0, 14400",
    "11, 0, 1, 17280",
    "1, 60, 0, 60",
    "1, 999999, 0, 14400",
    "4, 60, 0, 135"
  })
  void shouldWaitLongerEachTime(int tries, long asked, double chance, long seconds) {
    assertThat(DeliveryPlan.pause(tries, asked, chance)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void shouldEnd() {
    assertThat(DeliveryPlan.isOver(11, Duration.ofHours(23))).isFalse();
    assertThat(DeliveryPlan.isOver(12, Duration.ZERO)).isTrue();
    assertThat(DeliveryPlan.isOver(1, Duration.ofHours(24))).isTrue();
    assertThat(DeliveryPlan.rest(1, 0)).isEqualTo(Duration.ofSeconds(1));
    assertThat(DeliveryPlan.rest(1_000_000, 0)).isEqualTo(Duration.ofMinutes(5));
  }

  @ParameterizedTest
  @CsvSource({"'', ,", "*, ,", "app, app, latest", "team/app:*, team/app,", "app:v1.2, app, v1.2"})
  void shouldReadScopes(String text, String repository, String tag) {
    assertThat(WebhookScope.of(text)).contains(new WebhookScope(text, repository, tag));
  }

  @ParameterizedTest
  @CsvSource({"App", "app:", "app*", "a:b:c", "' app'", "'app, web'"})
  void shouldRefuseWhatIsNoScope(String text) {
    assertThat(WebhookScope.of(text)).isEmpty();
  }
}
