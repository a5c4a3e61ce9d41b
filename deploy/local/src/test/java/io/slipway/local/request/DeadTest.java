package io.slipway.local.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.local.request.DeadRequests.Dead;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadTest {
  @Test
  void shouldShowAStrangersControlCharactersAsEscapes() {
    Dead dead =
        new Dead(
            "0@7",
            "",
            Map.of(
                "ce_source", "shop\u001b]0;root\u0007", "dead-reason", "a\nb\u202ec\ud83d\ude80"),
            "{\"a\":\n\t\"\u001b[2J\u009bm\"}".getBytes(StandardCharsets.UTF_8));

    assertThat(dead.line()).isEqualTo("0@7  shop\\u001b]0;root\\u0007 ?: a\\u000ab\\u202ec🚀");
    assertThat(dead.whole())
        .contains("ce_source: shop\\u001b]0;root\\u0007\n")
        .contains("dead-reason: a\\u000ab\\u202ec🚀\n")
        .endsWith("\n\n{\"a\":\n\t\"\\u001b[2J\\u009bm\"}");
  }
}
