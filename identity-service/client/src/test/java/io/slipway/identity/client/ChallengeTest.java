package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChallengeTest {
  private static final Challenge BEARER =
      new Challenge(Challenge.Scheme.BEARER, "https://r/oauth2/token", "r");
  private static final Challenge BASIC = new Challenge(Challenge.Scheme.BASIC, "", "");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\"",
        "bearer service=\"r\", realm=\"https://r/oauth2/token\" , scope=\"repository:a:pull,push\"",
        "BEARER  Realm=\"https://r/oauth2/token\",Service=r",
        "Basic realm=\"x\", Bearer realm=\"https://r/oauth2/token\",service=\"r\"",
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\", Basic realm=\"x\"",
        "Negotiate YII==, Bearer realm=\"https://r/oauth2/token\",service=\"r\"",
        "Basic realm=\"a, Bearer realm='x'\", Bearer realm=\"https://r/oauth2/token\",service=r",
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\",error=\"invalid_token\"",
        "Bearer realm=\"https:\\/\\/r/oauth2/token\",service=\"r\"",
        // what comes again must not replace what was checked
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\",realm=\"https://evil/\"",
        "Bearer realm=\"https://r/oauth2/token\",service=\"r\", Bearer realm=\"https://evil/\"",
      })
  void shouldReadBearerChallenges(String header) {
    assertThat(Challenge.parse(List.of(header))).contains(BEARER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BASIC",
        "Basic realm=\"x\"",
        "Basic realm=\"Bearer realm='x',service='y'\"",
        "Basic realm=\"x, Bearer realm=y\"",
        "Basic realm=\"x\", Bearer service=\"s\"",
        "Basic realm=\"never closed, Bearer realm=x"
      })
  void shouldReadBasicChallenges(String header) {
    assertThat(Challenge.parse(List.of(header))).contains(BASIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " , ",
        "Negotiate",
        "Bearer",
        "Bearer ",
        "Bearer service=\"x\"",
        "Bearer realm=\"never closed,service=r",
        "NotBearer realm=\"x\",service=\"y\"",
        "=x, Bearer realm=\"x\"",
      })
  void rejectsOthers(String header) {
    assertThat(Challenge.parse(List.of(header))).isEmpty();
  }

  @Test
  void shouldPreferATokenInAnyOfSeveralHeaders() {
    assertThat(
            Challenge.parse(
                List.of("Basic realm=\"x\"", "Bearer realm=\"https://r/oauth2/token\",service=r")))
        .contains(BEARER);
    assertThat(Challenge.parse(List.of("Bearer service=\"s\"", "Basic realm=\"x\"")))
        .contains(BASIC);
    assertThat(Challenge.parse(List.of())).isEmpty();
  }

  @Test
  void shouldReadARealmWithoutAService() {
    assertThat(Challenge.parse(List.of("bearer Realm=\"r\"")))
        .contains(new Challenge(Challenge.Scheme.BEARER, "r", ""));
  }

  @Test
  void rejectsAVeryLongOne() {
    assertThat(Challenge.parse(List.of("Bearer " + "realm=\"a\",".repeat(5000)))).isEmpty();
    assertThat(Challenge.parse(List.of("Bearer realm=\"" + "\\a".repeat(4000)))).isEmpty();
    assertThat(Challenge.parse(List.of("x".repeat(65) + " realm=\"r\", Bearer realm=r"))).isEmpty();
  }
}
