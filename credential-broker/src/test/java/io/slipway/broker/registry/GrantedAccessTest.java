package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.client.RegistryScope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrantedAccessTest {

  private static RegistryScope scope(String text) {
    return RegistryScope.parse(text).orElseThrow();
  }

  private static String token(String claims) {
    return "h."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".s";
  }

  @Test
  void shouldReadWhatATokenOpens() {
    assertThat(
            GrantedAccess.read(
                token(
                    "{\"access\":[{\"type\":\"repository\",\"name\":\"a/b\",\"actions\":[\"pull\",\"push\"]},"
                        + "{\"type\":\"repository\",\"name\":\"c\",\"actions\":[]},"
                        + "{\"type\":\"repository\",\"name\":\"../d\",\"actions\":[\"pull\"]},7]}")))
        .contains(List.of(scope("repository:a/b:pull,push")));
    assertThat(GrantedAccess.read(token("{\"access\":[]}"))).contains(List.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "opaque", "a.b.c", "a.!!.c"})
  void shouldNotGuessWhatAnOpaqueTokenOpens(String token) {
    assertThat(GrantedAccess.read(token)).isEmpty();
    assertThat(GrantedAccess.read(token("{}"))).isEmpty();
    assertThat(GrantedAccess.read(token("[1]"))).isEmpty();
  }

  @Test
  void shouldFindWhatIsLacking() {
    assertThat(
            GrantedAccess.missing(
                List.of(scope("repository:a:pull,push"), scope("repository:b:pull")),
                List.of(scope("repository:a:pull"))))
        .containsExactly("push", "pull");
    assertThat(
            GrantedAccess.missing(
                List.of(scope("repository:a:pull")), List.of(scope("repository:a:pull,push"))))
        .isEmpty();
  }
}
