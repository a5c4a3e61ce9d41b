package io.slipway.taskapi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskapi.definition.RegistryCredential;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskIdentityTest {
  private static final UserIdentity USER = new UserIdentity("/Ids/One", "One", "p1", "c1");
  private static final TaskIdentity BOTH =
      new TaskIdentity(new TaskIdentity.SystemAssigned("ps", "cs", "t"), List.of(USER));

  @ParameterizedTest
  @CsvSource({"[system], ps", "system, ps", "[SYSTEM], ps", "cs, ps", "C1, p1"})
  void shouldFindWhatACredentialNames(String named, String principalId) {
    assertThat(BOTH.named(named)).map(TaskIdentity.Named::principalId).contains(principalId);
  }

  @Test
  void rejectsAnIdentityThatTheTaskDoesNotHave() {
    Map<String, RegistryCredential> wanted =
        Map.of("h:1", new RegistryCredential("p1", null, null));

    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), BOTH))
        .hasMessageContaining(
            "'p1' for login server 'h:1' is not an identity that is assigned here")
        .hasMessageContaining("[system], c1");
    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), TaskIdentity.NONE))
        .hasMessageContaining("az acr task identity assign");
  }

  @Test
  void shouldBindNewOnesLeaveKeptOnesAndRemoveTheRest() {
    Map<String, RegistryCredential> wanted = new LinkedHashMap<>();
    wanted.put("kept:1", null);
    wanted.put("new:1", new RegistryCredential("[system]", null, null));
    wanted.put("secret.example", new RegistryCredential("", opaque("u"), opaque("p")));

    JsonObject patch = CredentialBindings.patch(wanted, Set.of("kept:1", "gone:1"), BOTH);

    assertThat(patch.fieldNames()).containsExactly("gone:1", "new:1", "secret.example");
    assertThat(patch.getValue("gone:1")).isNull();
    assertThat(patch.getJsonObject("new:1").getJsonObject("identity").getString("principalId"))
        .isEqualTo("ps");
    assertThat(patch.getJsonObject("secret.example").getJsonObject("password").getString("value"))
        .isEqualTo("p");
  }

  @ParameterizedTest
  @CsvSource({"https://h", "a b", "h/x", "-h", "h:port", "''"})
  void rejectsWhatIsNoLoginServer(String text) {
    assertThatThrownBy(() -> CredentialBindings.checkLoginServer(text))
        .hasMessageContaining("is not a login server");
  }

  @Test
  void rejectsHalfACredential() {
    Map<String, RegistryCredential> wanted =
        Map.of("h:1", new RegistryCredential("", opaque("u"), null));

    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), BOTH))
        .hasMessageContaining("userName and password together");
  }

  private static RegistryCredential.Secret opaque(String value) {
    return new RegistryCredential.Secret(value, "Opaque");
  }
}
