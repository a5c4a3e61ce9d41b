package io.slipway.broker.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.client.Challenge;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEndpointTest {

  private static Challenge bearer(String realm, String service) {
    return new Challenge(Challenge.Scheme.BEARER, realm, service);
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.example/oauth2/token, r.example, false",
    "https://R.EXAMPLE/oauth2/token, R.Example, false",
    "https://localhost:8443/oauth2/token, r.example, true",
    "https://LOCALHOST:8443/oauth2/token, R.Example, true",
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
  void shouldTrustKnownRealmsOnlyAndNotTheRegistrysOwn(
      String realm, String service, boolean trusted) {
    TokenEndpoint.Trust trust =
        new TokenEndpoint.Trust(Set.of("localhost:8443", "127.0.0.1:5"), Set.of("127.0.0.1:5"));
    LoginServer server = LoginServer.parse("r.example").orElseThrow();

    assertThat(TokenEndpoint.check(server, bearer(realm, service), trust).endpoint().isPresent())
        .isEqualTo(trusted);
  }

  @Test
  void shouldExchangeAtTheRealmsHost() {
    TokenEndpoint endpoint =
        TokenEndpoint.check(
                LoginServer.parse("r:1").orElseThrow(),
                bearer("https://r:1/deep/token?x=y", "r:1"),
                new TokenEndpoint.Trust(Set.of("r:1"), Set.of()))
            .endpoint()
            .orElseThrow();

    assertThat(endpoint.exchange()).isEqualTo("https://r:1/oauth2/exchange");
  }
}
