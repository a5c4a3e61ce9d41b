package io.slipway.taskapi.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmException;
import org.junit.jupiter.api.Test;

class TaskDefinitionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENCODED =
      "'step':{'type':'EncodedTask','encodedTaskContent':'c3RlcHM6'}";

  @Test
  void shouldCompleteWhatIsMissing() {
    ObjectNode task = TaskReader.read(json("{" + ENCODED + "}")).properties();

    assertThat(task.path("status").asText()).isEqualTo("Enabled");
    assertThat(task.path("timeout").asInt()).isEqualTo(3600);
    assertThat(task.at("/agentConfiguration/cpu").asInt()).isEqualTo(2);
    assertThat(task.at("/platform/os").asText()).isEqualTo("linux");
    assertThat(task.at("/platform/architecture").asText()).isEqualTo("amd64");
  }

  @Test
  void shouldTakeSecretsOutOfTheDefinition() {
    TaskReader.Result read =
        TaskReader.read(
            json(
                """
                {'step':{'type':'Docker','dockerFilePath':'Dockerfile','contextPath':'https://git',
                  'contextAccessToken':'tokentoken','unknown':{'password':'hiddenhidden'},
                  'arguments':[{'name':'a','value':'plain'},
                    {'name':'b','value':'argumentsecret','isSecret':true}]},
                 'trigger':{'sourceTriggers':[{'name':'s1','sourceRepository':{'repositoryUrl':'u',
                   'sourceControlAuthProperties':{'tokenType':'PAT','token':'patpat',
                     'refreshToken':'refreshrefresh'}}}]},
                 'credentials':{'customRegistries':{'h:1':{'userName':{'value':'u'},
                   'password':{'value':'registrysecret'}}}}}\
                """));

    assertThat(read.properties().toString())
        .doesNotContain(
            "tokentoken", "argumentsecret", "patpat", "refreshrefresh", "registrysecret", "hidden")
        .contains("plain", "\"h:1\":null");
    assertThat(read.secrets())
        .containsEntry("b", "argumentsecret")
        .containsEntry("@contextAccessToken", "tokentoken")
        .containsEntry("@sourceTrigger/s1/token", "patpat")
        .containsEntry("@sourceTrigger/s1/refreshToken", "refreshrefresh")
        .hasSize(4);
    assertThat(read.registries()).containsOnlyKeys("h:1");
    assertThat(read.toString()).doesNotContain("argumentsecret", "registrysecret");
    assertThat(TaskSecrets.names(read.properties())).isEqualTo(read.secrets().keySet());
  }

  @Test
  void shouldNameAllThatIsWrongAtOnce() {
    assertThatThrownBy(() ->
            TaskReader.read(
                json(
                    """
                    {'timeout':5,'status':'Maybe','agentPoolName':'mine',
                     'step':{'type':'EncodedTask','encodedTaskContent':'***',
                       'values':[{'value':'x'},{'name':'@a'}]}}\
                    """)))
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("properties.timeout is 5, must be from 300 to 28800")
        .hasMessageContaining("properties.status is 'Maybe'")
        .hasMessageContaining("there is no agent pool 'mine'")
        .hasMessageContaining("properties.step.encodedTaskContent is empty")
        .hasMessageContaining("properties.step.values[0].name is missing")
        .hasMessageContaining("properties.step.values[1].name must not begin with @");
  }

  @Test
  void rejectsATaskWithoutAStep() {
    assertThatThrownBy(() -> TaskReader.read(json("{}")))
        .hasMessageContaining("properties.step is missing");
    assertThatThrownBy(() -> TaskReader.read(json("{'step':{}}")))
        .hasMessageContaining("properties.step.type is missing");
  }

  @Test
  void shouldReadBackWhatItStored() {
    ObjectNode stored =
        TaskReader.read(
                json(
                    """
                    {'step':{'type':'EncodedTask','encodedTaskContent':'c3RlcHM6',
                      'values':[{'name':'k','value':'v'},{'name':'s','value':'x','isSecret':true}]},
                     'trigger':{'baseImageTrigger':{'name':'b'},
                       'timerTriggers':[{'name':'t','schedule':'* * * * *'}]},
                     'credentials':{'customRegistries':{'h:1':{'identity':'[system]'}}}}\
                    """))
            .properties();

    TaskReader.Result again = TaskReader.read(stored);

    assertThat(again.properties()).isEqualTo(stored);
    assertThat(again.secrets()).containsEntry("s", null);
    assertThat(again.registries()).containsEntry("h:1", null);
  }

  @Test
  void shouldLeaveWhatAPatchLeavesEmpty() {
    ObjectNode stored = stored();

    ObjectNode merged =
        TaskPatch.merge(
            stored,
            json(
                """
                {'step':{'type':'EncodedTask','values':[]},'platform':{},'agentConfiguration':{},
                 'credentials':{},'status':null,'trigger':{'baseImageTrigger':{'name':'b'}}}\
                """));

    assertThat(merged).isEqualTo(stored);
  }

  @Test
  void shouldNotMakeABaseImageTriggerOutOfItsName() {
    ObjectNode without = TaskReader.read(json("{" + ENCODED + "}")).properties();

    assertThat(
            TaskPatch.merge(without, json("{'trigger':{'baseImageTrigger':{'name':'b'}}}"))
                .at("/trigger/baseImageTrigger")
                .isNull())
        .isTrue();
  }

  @Test
  void shouldMergeTriggersByNameAndRegistriesByLoginServer() {
    ObjectNode merged =
        TaskPatch.merge(
            stored(),
            json(
                """
                {'timeout':600,'trigger':{'timerTriggers':[{'name':'t','status':'Disabled'},
                   {'name':'t2','schedule':'1 * * * *'}]},
                 'credentials':{'customRegistries':{'h:1':null,'h:2':{'identity':'c'}}}}\
                """));

    assertThat(merged.path("timeout").asInt()).isEqualTo(600);
    assertThat(merged.at("/trigger/timerTriggers/0").toString()).contains("* * * * *", "Disabled");
    assertThat(merged.at("/trigger/timerTriggers/1/name").asText()).isEqualTo("t2");
    assertThat(merged.at("/credentials/customRegistries").toString())
        .isEqualTo("{\"h:2\":{\"identity\":\"c\"}}");
  }

  @Test
  void shouldReplaceAStepByOneOfAnotherType() {
    ObjectNode merged =
        TaskPatch.merge(stored(), json("{'step':{'type':'FileTask','taskFilePath':'acb.yaml'}}"));

    assertThat(merged.at("/step/encodedTaskContent").isMissingNode()).isTrue();
    assertThat(TaskReader.read(merged).properties().at("/step/type").asText())
        .isEqualTo("FileTask");
  }

  private static ObjectNode stored() {
    return TaskReader.read(
            json(
                "{"
                    + ENCODED
                    + ",'trigger':{'baseImageTrigger':{'name':'b'},"
                    + "'timerTriggers':[{'name':'t','schedule':'* * * * *'}]},"
                    + "'credentials':{'customRegistries':{'h:1':{'identity':'x'}}}}"))
        .properties();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
