package io.slipway.identity.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedAudienceTest {

  @ParameterizedTest
  @CsvSource({
    "https://h:1//.default, https://h:1/",
    "https://h:1/.default, https://h:1",
    "openid profile offline_access https://h:1/.default, https://h:1",
    "slipway-internal/.default, slipway-internal",
  })
  void shouldBeWhatStandsBeforeDefault(String scope, String audience) {
    assertThat(RequestedAudience.of(Arrays.asList(scope.split(" ")))).contains(audience);
  }

  @ParameterizedTest
  @ValueSource(strings = {"openid", "https://h:1/", "a/.default b/.default"})
  void rejectsOtherScopes(String scope) {
    assertThat(RequestedAudience.of(Arrays.asList(scope.split(" ")))).isEmpty();
  }

  @Test
  void shouldReadBasicCredentials() {
    String text =
        Base64.getEncoder().encodeToString("user:pass:word".getBytes(StandardCharsets.UTF_8));

    assertThat(BasicCredentials.read("basic " + text))
        .contains(new BasicCredentials("user", "pass:word"));
    assertThat(BasicCredentials.read("Bearer " + text)).isEmpty();
    assertThat(BasicCredentials.read("Basic !!")).isEmpty();
    assertThat(BasicCredentials.read(null)).isEmpty();
    assertThat(new BasicCredentials("u", "secret").toString()).doesNotContain("secret");
  }
}
