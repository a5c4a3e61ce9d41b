package io.slipway.broker.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.identity.client.RegistryScope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "pull, AcrPull, pull from",
    "metadata_read, AcrPull, pull from",
    "push, AcrPush, push to",
    "metadata_write, AcrPush, push to",
    "delete, AcrDelete, delete in",
  })
  void shouldNameRoleAndCommand(String action, String role, String verb) {
    var refusal =
        new MissingRight("r:1", "id", "client", "principal", List.of(action), "/scope").refusal();

    assertThat(refusal.status()).isEqualTo(403);
    assertThat(refusal.details())
        .containsEntry("missingRole", role)
        .containsEntry("scope", "/scope");
    assertThat(refusal)
        .hasMessage(
            "Identity 'id' (client id client, principal id principal) has no right to %s r:1: it"
                + " lacks role %s on scope '/scope'. Grant it: az role assignment create --assignee"
                + " principal --role %s --scope /scope",
            verb, role, role);
  }

  @Test
  void shouldSayWhatItKnowsOfAForeignRegistry() {
    assertThat(
            new MissingRight("r:1", null, "[system]", "principal", List.of("pull"), null).refusal())
        .hasMessage(
            "Identity (principal id principal) has no right to pull from r:1: it lacks role AcrPull"
                + " on the registry.");
  }
}
