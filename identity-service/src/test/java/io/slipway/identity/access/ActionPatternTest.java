package io.slipway.identity.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionPatternTest {

  @ParameterizedTest
  @CsvSource({
    "*, A/b, true",
    "*/read, A/b/read, true",
    "*/read, A/b/readall, false",
    "*/read, read, false",
    "A/*/delete, A/x/y/delete, true",
    "A/*/delete, A/delete, false",
    "A/b, A/b, true",
    "A/b, A/bc, false",
    "A/b*, A/bc/d, true",
    "a/B, A/b, true",
    "**, A, true",
    "A.B, AxB, false",
  })
  void shouldMatchStarsOnly(String pattern, String action, boolean matches) {
    assertThat(new ActionPattern(pattern).matches(action)).isEqualTo(matches);
  }

  @Test
  void shouldAgreeWithARegularExpression() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      String pattern = text(random, "ab/*", 8);
      String action = text(random, "ab/", 8);
      boolean expected = Pattern.matches("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E", action);
      assertThat(new ActionPattern(pattern).matches(action))
          .as("%s ~ %s", pattern, action)
          .isEqualTo(expected);
    }
  }

  @Test
  void shouldNotBeSlowOnManyStars() {
    String pattern = "*a".repeat(200) + "b";
    assertThat(new ActionPattern(pattern).matches("a".repeat(4000))).isFalse();
  }

  private static String text(Random random, String alphabet, int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest); i >= 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
