package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import java.util.List;
import org.junit.jupiter.api.Test;

class IdentityReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TaskIdentity BOTH =
      new TaskIdentity(
          new TaskIdentity.SystemAssigned("ps", "cs", "t"),
          List.of(new UserIdentity("/Ids/One", "One", "p1", "c1")));

  @Test
  void shouldReadTheTypesOfAPut() throws Exception {
    assertThat(IdentityReader.put(JSON.readTree("null"))).isEqualTo(IdentityRequest.NONE);
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
    return IdentityReader.put(JSON.readTree(text.replace('\'', '"')));
  }

  private static IdentityRequest patch(String text) throws Exception {
    return IdentityReader.patch(JSON.readTree(text.replace('\'', '"')), BOTH);
  }
}
