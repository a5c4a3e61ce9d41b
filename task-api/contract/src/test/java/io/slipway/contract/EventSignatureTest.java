package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventSignatureTest {
  private static final byte[] KEY = "a key of the attempt".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, String> HEADERS = Map.of("ce_id", "1", "ce_type", "t");

  @Test
  void shouldCoverKeyHeadersAndData() {
    String signed = signature(KEY, "run", HEADERS, "data");

    assertThat(signature(KEY, "run", HEADERS, "data")).isEqualTo(signed);
    assertThat(signature(KEY, "nur", HEADERS, "data")).isNotEqualTo(signed);
    assertThat(signature(KEY, "run", HEADERS, "date")).isNotEqualTo(signed);
    assertThat(signature(KEY, "run", Map.of("ce_id", "2", "ce_type", "t"), "data"))
        .isNotEqualTo(signed);
    assertThat(signature(KEY, "run", Map.of("ce_id", "1"), "data")).isNotEqualTo(signed);
    assertThat(signature(new byte[20], "run", HEADERS, "data")).isNotEqualTo(signed);
  }

  @Test
  void shouldTellWhereOneTextEndsAndTheNextBegins() {
    assertThat(signature(KEY, "run", Map.of("ce_a", "bc"), ""))
        .isNotEqualTo(signature(KEY, "run", Map.of("ce_ab", "c"), ""))
        .isNotEqualTo(signature(KEY, "run", Map.of("ce_a", "b"), "c"));
  }

  @Test
  void shouldLetOthersAddHeadersOnTheWay() {
    assertThat(signature(KEY, "run", Map.of("ce_id", "1", "traceparent", "x"), "data"))
        .isEqualTo(signature(KEY, "run", Map.of("ce_id", "1"), "data"));
  }

  private static String signature(
      byte[] key, String recordKey, Map<String, String> headers, String data) {
    return EventSignature.of(key, recordKey, headers, data.getBytes(StandardCharsets.UTF_8));
  }
}
