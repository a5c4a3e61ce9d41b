package io.slipway.broker.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefAdvertisementTest {
  private static final String ONE = "1".repeat(40);
  private static final String TWO = "2".repeat(40);

  /** A line as git sends it. */
  public static String line(String text) {
    return "%04x%s\n".formatted(text.length() + 5, text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadBranchesAndTags() {
    String answer =
        line("# service=git-upload-pack")
            + "0000"
            + line(ONE + " HEAD\0multi_ack side-band-64k")
            + line(ONE + " refs/heads/main")
            + line(ONE + " refs/pull/7/head")
            + line(ONE + " refs/tags/v1")
            + line(TWO + " refs/tags/v1^{}")
            + "0000";

    assertThat(RefAdvertisement.read(bytes(answer)))
        .contains(Map.of("refs/heads/main", ONE, "refs/tags/v1", TWO));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>sign in</html>",
        "001e# service=git-upload-pack\nffff",
        "001e# service=git-upload-pack\n0003",
        "001e# service=git-upload-pack\n00",
        "0000"
      })
  void shouldRefuseWhatIsNoneOrCutOff(String answer) {
    assertThat(RefAdvertisement.read(bytes(answer))).isEmpty();
  }
}
