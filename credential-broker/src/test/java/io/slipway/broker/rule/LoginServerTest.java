package io.slipway.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoginServerTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "r.example", "R.Example:5000", "127.0.0.1:8453", "[::1]:5000"})
  void shouldTakeHostNames(String text) {
    assertThat(LoginServer.parse(text))
        .hasValueSatisfying(server -> {
          assertThat(server.text()).isEqualTo(text);
          assertThat(server.key()).isEqualTo(text.toLowerCase());
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a/",
        "a/b",
        "https://a",
        "u@a",
        "a b",
        "a\n",
        "a:",
        "a:x",
        "a:123456",
        "-a",
        "a-",
        "a?b",
        "a#b",
        "a|b",
        "a%2fb",
        "a\\b"
      })
  void rejectsOtherTexts(String text) {
    assertThat(LoginServer.parse(text)).isEmpty();
  }
}
