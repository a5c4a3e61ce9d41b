package io.slipway.taskapi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final UserIdentity USER = new UserIdentity("/Ids/One", "One", "p1", "c1");
  private static final TaskIdentity BOTH =
      new TaskIdentity(new TaskIdentity.SystemAssigned("ps", "cs", "t"), List.of(USER));

  @ParameterizedTest
  @CsvSource({"[system], ps", "system, ps", "[SYSTEM], ps", "cs, ps", "C1, p1"})
  void shouldFindWhatACredentialNames(String named, String principalId) {
    assertThat(BOTH.named(named)).map(TaskIdentity.Named::principalId).contains(principalId);
  }

  @Test
  void rejectsAnIdentityThatTheTaskDoesNotHave() throws Exception {
    Map<String, JsonNode> wanted = Map.of("h:1", JSON.readTree("{\"identity\":\"p1\"}"));

    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), BOTH))
        .hasMessageContaining("'p1' for login server 'h:1' is no identity that is assigned here")
        .hasMessageContaining("[system], c1");
    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), TaskIdentity.NONE))
        .hasMessageContaining("az acr task identity assign");
  }

  @Test
  void shouldBindNewOnesLeaveKeptOnesAndRemoveTheRest() throws Exception {
    Map<String, JsonNode> wanted = new LinkedHashMap<>();
    wanted.put("kept:1", null);
    wanted.put("new:1", JSON.readTree("{\"identity\":\"[system]\"}"));
    wanted.put(
        "secret.example",
        JSON.readTree(
            "{\"userName\":{\"value\":\"u\",\"type\":\"Opaque\"},"
                + "\"password\":{\"value\":\"p\",\"type\":\"Opaque\"}}"));

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
        .hasMessageContaining("no login server");
  }

  @Test
  void rejectsHalfACredential() throws Exception {
    Map<String, JsonNode> wanted =
        Map.of("h:1", JSON.readTree("{\"userName\":{\"value\":\"u\",\"type\":\"Opaque\"}}"));

    assertThatThrownBy(() -> CredentialBindings.patch(wanted, Set.of(), BOTH))
        .hasMessageContaining("userName and password together");
  }

  @Test
  void shouldReadTheTypesOfAPut() throws Exception {
    assertThat(IdentityRequest.put(JSON.readTree("null"))).isEqualTo(IdentityRequest.NONE);
    assertThat(put("{'type':'SystemAssigned','principalId':'x','tenantId':'y'}"))
        .isEqualTo(new IdentityRequest(true, List.of()));
    assertThat(
            put(
                "{'type':'SystemAssigned,"
                    + " UserAssigned','userAssignedIdentities':{'/A':{},'/a':{}}}"))
        .isEqualTo(new IdentityRequest(true, List.of("/A")));
    assertThatThrownBy(() -> put("{'type':'UserAssigned'}")).hasMessageContaining("names none");
    assertThatThrownBy(() -> put("{'type':'Magic'}")).hasMessageContaining("'Magic'");
  }

  @Test
  void shouldReadTheTypesOfAPatch() throws Exception {
    assertThat(patch("{}")).isEqualTo(new IdentityRequest(true, List.of("/Ids/One")));
    assertThat(patch("{'type':'SystemAssigned'}")).isEqualTo(new IdentityRequest(true, List.of()));
    assertThat(patch("{'type':'UserAssigned','userAssignedIdentities':{'/two':{}}}"))
        .isEqualTo(new IdentityRequest(false, List.of("/Ids/One", "/two")));
    assertThat(patch("{'type':'UserAssigned','userAssignedIdentities':{'/ids/ONE':null}}"))
        .isEqualTo(new IdentityRequest(false, List.of()));
    assertThat(patch("{'userAssignedIdentities':{'/ids/one':null}}"))
        .isEqualTo(new IdentityRequest(true, List.of()));
    assertThat(patch("{'type':'None'}")).isEqualTo(IdentityRequest.NONE);
  }

  private static IdentityRequest put(String text) throws Exception {
    return IdentityRequest.put(JSON.readTree(text.replace('\'', '"')));
  }

  private static IdentityRequest patch(String text) throws Exception {
    return IdentityRequest.patch(JSON.readTree(text.replace('\'', '"')), BOTH);
  }
}
