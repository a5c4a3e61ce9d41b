package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.definition.IdentityRequest;
import io.slipway.taskapi.definition.TaskIdentity;
import io.slipway.taskapi.neighbour.IdentityClient.UserIdentity;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentityReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TaskIdentity BOTH =
      new TaskIdentity(
          new TaskIdentity.SystemAssigned("ps", "cs", "t"),
          List.of(new UserIdentity("/Ids/One", "One", "p1", "c1")));

  /** A claim of a run of such a task was refused, and its agent slept: everybody waited. */
  @Test
  void shouldRefuseMoreIdentitiesThanARunCanHave() throws Exception {
    String most = ids(BodyLimits.IDENTITIES);
    assertThat(put("{'type':'UserAssigned','userAssignedIdentities':{" + most + "}}").user())
        .hasSize(BodyLimits.IDENTITIES);
    String more = ids(BodyLimits.IDENTITIES + 1);
    assertThatThrownBy(() -> put("{'type':'UserAssigned','userAssignedIdentities':{" + more + "}}"))
        .hasMessageContaining("names 51 identities, at most 50 are allowed");
    assertThatThrownBy(() ->
            IdentityReader.patch(
                JSON.readTree(("{'userAssignedIdentities':{" + most + "}}").replace('\'', '"')),
                BOTH))
        .hasMessageContaining("at most 50 are allowed");
  }

  private static String ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> "'/Ids/Many" + number + "':{}")
        .collect(Collectors.joining(","));
  }

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
