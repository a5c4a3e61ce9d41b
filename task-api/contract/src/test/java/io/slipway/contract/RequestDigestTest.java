package io.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestDigestTest {
  private static final byte[] DATA = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Map<String, String> HEADERS =
      Map.of("ce_id", "1", "ce_source", "/ci", "content-type", "application/json");

  /** Made with Python's hashlib and struct. */
  @Test
  void shouldBeWhatOtherLanguagesMake() {
    assertThat(RequestDigest.of("k", HEADERS, DATA))
        .isEqualTo("fE3WVjzcS-SNJLkbX2qEkbGeT67L_Y7Kfys9qDz74wc");
  }

  @Test
  void shouldBeOfThisRecordAlone() {
    String digest = RequestDigest.of("k", HEADERS, DATA);

    assertThat(RequestDigest.of("l", HEADERS, DATA)).isNotEqualTo(digest);
    assertThat(RequestDigest.of("k", HEADERS, new byte[0])).isNotEqualTo(digest);
    assertThat(RequestDigest.of("k", Map.of("ce_id", "1", "ce_source", "/c"), DATA))
        .isNotEqualTo(digest);
    assertThat(RequestDigest.of("k", Map.of("ce_id", "1/", "ce_source", "ci"), DATA))
        .as("nothing moves from one part to the next")
        .isNotEqualTo(digest);
    assertThat(
            RequestDigest.of(
                "k", Map.of("ce_id", "1", "ce_source", "/ci", RequestDigest.ASSERTION, "ey"), DATA))
        .as("the assertion itself, and what others add on the way")
        .isEqualTo(digest);
  }
}
