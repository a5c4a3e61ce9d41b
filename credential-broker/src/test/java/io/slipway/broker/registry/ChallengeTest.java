package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.broker.binding.LoginServer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
  private static final Challenge PLAIN = new Challenge("https://r/oauth2/token", "r");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\"",
        "bearer service=\"r\", realm=\"https://r/oauth2/token\" , scope=\"repository:a:pull,push\"",
        "BEARER  Realm=\"https://r/oauth2/token\",Service=r",
        "Basic realm=\"x\", Bearer realm=\"https://r/oauth2/token\",service=\"r\"",
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\",error=\"invalid_token\"",
        "Bearer realm=\"https:\\/\\/r/oauth2/token\",service=\"r\"",
        // what comes again must not replace what was checked
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\",realm=\"https://evil/\"",
      })
  void shouldReadChallenges(String header) {
    assertThat(Challenge.parse(header)).contains(PLAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Basic realm=\"x\"",
        "Bearer",
        "Bearer ",
        "Bearer realm=\"x\"",
        "Bearer service=\"x\"",
        "Bearer realm=\"unfinished,service=\"r",
        "NotBearer realm=\"x\",service=\"y\"",
        "Basic realm=\"Bearer realm='x',service='y'\"",
      })
  void rejectsOthers(String header) {
    assertThat(Challenge.parse(header)).isEmpty();
  }

  @Test
  void rejectsAVeryLongOneQuickly() {
    assertThat(Challenge.parse("Bearer " + "realm=\"a\",".repeat(5000))).isEmpty();
    assertThat(Challenge.parse("Bearer realm=\"" + "\\a".repeat(4000))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.example/oauth2/token, r.example, true",
    "https://R.EXAMPLE/oauth2/token, R.Example, true",
    "https://localhost:8443/oauth2/token, r.example, true",
    "http://open:1/oauth2/token, r.example, false",
    "http://127.0.0.1:5/oauth2/token, r.example, true",
    "http://r.example/oauth2/token, r.example, false",
    "https://r.example:444/oauth2/token, r.example, false",
    "https://evil.example/oauth2/token, r.example, false",
    "https://r.example@evil.example/, r.example, false",
    "https://evil.example#@r.example/, r.example, false",
    "https://localhost:8443/oauth2/token, other.example, false",
    "https:r.example, r.example, false",
    "ht tp://r.example, r.example, false",
  })
  void shouldTrustItsOwnAndKnownRealmsOnly(String realm, String service, boolean trusted) {
    TokenEndpoint.Trust trust =
        new TokenEndpoint.Trust(Set.of("localhost:8443", "127.0.0.1:5"), Set.of("127.0.0.1:5"));
    LoginServer server = LoginServer.parse("r.example").orElseThrow();

    assertThat(
            TokenEndpoint.check(server, new Challenge(realm, service), trust)
                .endpoint()
                .isPresent())
        .isEqualTo(trusted);
  }

  @Test
  void shouldExchangeAtTheRealmsHost() {
    TokenEndpoint endpoint =
        TokenEndpoint.check(
                LoginServer.parse("r:1").orElseThrow(),
                new Challenge("https://r:1/deep/token?x=y", "r:1"),
                new TokenEndpoint.Trust(Set.of(), Set.of()))
            .endpoint()
            .orElseThrow();

    assertThat(endpoint.exchange()).isEqualTo("https://r:1/oauth2/exchange");
  }
}
