package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that the agent follows while it executes a plan. */
class ExecutionRulesTest {
  @ParameterizedTest
  @CsvSource({"-1,250", "0,250", "1,500", "2,1000", "3,2000", "4,4000", "5,5000", "60,5000"})
  void shouldDoubleThePauseBetweenTries(int tries, long millis) {
    assertThat(Backoff.after(tries)).hasMillis(millis);
  }

  @Test
  void shouldFindATextThatIsCutIntoPieces() {
    TextWatch watch = new TextWatch(List.of("timeout", "EOF"));
    see(watch, "unexpected E", "O");
    assertThat(watch.matched()).isFalse();
    see(watch, "F\n");
    assertThat(watch.matched()).isTrue();
    assertThat(new TextWatch(List.of()).matched()).isTrue();
  }

  private static void see(TextWatch watch, String... pieces) {
    for (String piece : pieces) {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      watch.see(bytes, 0, bytes.length);
    }
  }

  @Test
  void shouldDecodeSecretFilesAndNotRepeatAValueThatIsNone() throws Refusal {
    assertThat(new SecretVolume("v", Map.of("a", "aGk=\n")).contents().get("a"))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("hi");
    SecretVolume malformed = new SecretVolume("v", Map.of("a", "no base64!"));
    assertThatThrownBy(malformed::contents)
        .hasMessageContaining("volume v, file a: failed to decode Base64 value")
        .hasMessageNotContaining("no base64!");
  }
}
