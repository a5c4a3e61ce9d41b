package io.slipway.taskapi.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.body.RunRequestReader;
import io.slipway.taskapi.door.CallersRegistries.RegistryPath;
import io.slipway.taskapi.neighbour.IdentityClient.Check;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No built-in role runs tasks without writing them, so this asks what would be decided about. */
class CallersRegistriesTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'contextPath':'https://attacker.example/a.git', true",
        "'file':'other.yaml', true",
        "'contextPath':'/dev/null', false",
        "\"'target':'t','values':[{'name':'a','value':'b'}]\", false"
      })
  void shouldTakeTheRightToChangeATaskToBringFilesForItsSecrets(String override, boolean asked)
      throws Exception {
    RegistryPath at = new RegistryPath();
    at.subscription = "s";
    at.group = "g";
    at.registry = "r";
    String body =
        "{'type':'TaskRunRequest','taskId':'%s/tasks/hello','overrideTaskStepProperties':{%s}}"
            .formatted(at.id(), override);

    List<Check> checks =
        CallersRegistries.checks(
            at,
            RunRequestReader.read(new ObjectMapper().readTree(body.replace('\'', '"')), at.id()));

    assertThat(checks)
        .isEqualTo(
            asked
                ? List.of(
                    new Check(
                        "Microsoft.ContainerRegistry/registries/tasks/write",
                        at.id() + "/tasks/hello"))
                : List.of());
  }

  @Test
  void shouldTakeNoMoreForARunThatBringsItsOwnStep() throws Exception {
    String body =
        "{'type':'EncodedTaskRunRequest','platform':{'os':'linux'},"
            + "'encodedTaskContent':'dmVyc2lvbjogdjEuMS4wCnN0ZXBzOgogIC0gY21kOiBiYXNoCg=='}";
    assertThat(
            CallersRegistries.checks(
                new RegistryPath(),
                RunRequestReader.read(new ObjectMapper().readTree(body.replace('\'', '"')), "/r")))
        .isEmpty();
  }
}
