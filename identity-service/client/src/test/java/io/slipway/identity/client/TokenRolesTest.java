package io.slipway.identity.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokenRolesTest {
  private final TokenRoles roles =
      new TokenRoles(
          Audience.BROKER, Map.of("https://localhost:8443/", "arm", "slipway-run", "run"));
  private final Map<String, Object> claims =
      new HashMap<>(Map.of("exp", 1_800_000_000L, "appid", "slipway-task-api"));

  private String role(String... audience) throws TokenRefusedException {
    return roles.role(List.of(audience), claims::get);
  }

  @Test
  void shouldGoByTheAudience() throws Exception {
    assertThat(role("https://localhost:8443/")).isEqualTo("arm");
    assertThat(role("https://localhost:8443")).isEqualTo("arm");
    assertThat(role("slipway-run")).isEqualTo("run");
    assertThat(role("slipway-credential-broker")).isEqualTo("slipway-task-api");
  }

  @Test
  void rejectsOtherAudiences() {
    for (String audience :
        List.of(
            "slipway-internal",
            "slipway-task-api",
            "https://containerregistry.azure.net",
            "127.0.0.1:8453",
            "",
            "arm",
            "run")) {
      assertThatThrownBy(() -> role(audience))
          .as(audience)
          .isInstanceOf(TokenRefusedException.class)
          .hasMessage("the token is for another audience");
    }
  }

  @Test
  void rejectsAnyNumberOfAudiencesButOne() {
    assertThatThrownBy(() -> role("slipway-run", "slipway-credential-broker"))
        .hasMessage("a token must have one audience");
    assertThatThrownBy(() -> role()).hasMessage("a token must have one audience");
    assertThatThrownBy(() -> roles.role(null, claims::get))
        .hasMessage("a token must have one audience");
  }

  @Test
  void rejectsATokenWithoutEnd() {
    claims.remove("exp");

    assertThatThrownBy(() -> role("slipway-run")).hasMessage("the token has no end");
  }

  @Test
  void rejectsAClientThatIsCalledLikeARole() {
    claims.put("appid", "arm");
    assertThatThrownBy(() -> role("slipway-credential-broker"))
        .isInstanceOf(TokenRefusedException.class);

    claims.remove("appid");
    assertThatThrownBy(() -> role("slipway-credential-broker"))
        .isInstanceOf(TokenRefusedException.class);
  }

  @Test
  void rejectsAMissingClaim() throws Exception {
    assertThat(TokenRoles.claim("appid", claims::get)).isEqualTo("slipway-task-api");
    claims.put("oid", " ");

    assertThatThrownBy(() -> TokenRoles.claim("oid", claims::get))
        .hasMessage("the token has no claim oid");
  }
}
