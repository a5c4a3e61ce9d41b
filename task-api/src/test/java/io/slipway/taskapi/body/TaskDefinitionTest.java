package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.GivenTask;
import io.slipway.taskapi.definition.TaskDefinition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskDefinitionTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ENCODED =
      "'step':{'type':'EncodedTask','encodedTaskContent':'c3RlcHM6'}";

  @Test
  void shouldCompleteWhatIsMissing() {
    ObjectNode task = stored(TaskReader.read(json("{" + ENCODED + "}")));

    assertThat(task.path("status").asText()).isEqualTo("Enabled");
    assertThat(task.path("timeout").asInt()).isEqualTo(3600);
    assertThat(task.at("/agentConfiguration/cpu").asInt()).isEqualTo(2);
    assertThat(task.at("/platform/os").asText()).isEqualTo("linux");
    assertThat(task.at("/platform/architecture").asText()).isEqualTo("amd64");
  }

  @Test
  void shouldTakeSecretsOutOfTheDefinition() {
    GivenTask read =
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

    assertThat(stored(read).toString())
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
    assertThat(read.definition().secretNames()).isEqualTo(read.secrets().keySet());
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
        .hasMessageContaining(
            "properties.agentPoolName is 'mine', but agent pools are not supported")
        .hasMessageContaining("properties.step.encodedTaskContent is empty, must be")
        .hasMessageContaining("properties.step.values[0].name is missing")
        .hasMessageContaining("properties.step.values[1].name must not begin with @");
  }

  @Test
  void rejectsATaskWithoutAStep() {
    assertThatThrownBy(() -> TaskReader.read(json("{}")))
        .hasMessageContaining("properties.step is missing, must have a type");
    assertThatThrownBy(() -> TaskReader.read(json("{'step':{}}")))
        .hasMessageContaining("properties.step.type is missing, must be one of");
  }

  @Test
  void shouldReadBackWhatItStored() {
    ObjectNode stored =
        stored(
            TaskReader.read(
                json(
                    """
                    {'step':{'type':'EncodedTask','encodedTaskContent':'c3RlcHM6',
                      'values':[{'name':'k','value':'v'},{'name':'s','value':'x','isSecret':true}]},
                     'trigger':{'baseImageTrigger':{'name':'b'},
                       'timerTriggers':[{'name':'t','schedule':'* * * * *'}]},
                     'credentials':{'customRegistries':{'h:1':{'identity':'[system]'}}}}\
                    """)));

    GivenTask again = TaskReader.read(stored);

    assertThat(stored(again)).isEqualTo(stored);
    assertThat(again.secrets()).containsEntry("s", null);
    assertThat(again.registries()).containsEntry("h:1", null);
  }

  /** Rows of the table {@code task}, as they have been written since the first version. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {'status':'Enabled','platform':{'os':'linux','architecture':'amd64','variant':null},
         'agentConfiguration':{'cpu':2},'timeout':3600,
         'credentials':{'sourceRegistry':{'loginMode':'Default','identity':null},
           'customRegistries':{'h:1':null,'h:2':null}},'logTemplate':null,
         'step':{'type':'Docker','contextPath':'https://git#main','hasContextAccessToken':true,
           'imageNames':['a:{{.Run.ID}}'],'isPushEnabled':true,'noCache':false,
           'dockerFilePath':'Dockerfile','target':null,'arguments':[
             {'name':'a','value':'plain','isSecret':false},{'name':'b','isSecret':true}]},
         'trigger':{'timerTriggers':[{'name':'t','schedule':'* * * * *','status':'Enabled'}],
           'sourceTriggers':[{'name':'s','status':'Enabled','sourceTriggerEvents':['commit'],
             'sourceRepository':{'sourceControlType':'Github','repositoryUrl':'https://git',
               'branch':'main','sourceControlAuthProperties':{'tokenType':'PAT','scope':null}}}],
           'baseImageTrigger':{'baseImageTriggerType':'Runtime',
             'updateTriggerPayloadType':'Default','status':'Enabled','name':'b'}},
         'isSystemTask':false}
        """,
        """
        {'status':'Disabled','platform':{'os':'linux','architecture':'arm','variant':'v7'},
         'agentConfiguration':{'cpu':4},'timeout':600,'credentials':{'customRegistries':{}},
         'logTemplate':'l','step':{'type':'FileTask','contextPath':null,
           'hasContextAccessToken':false,'taskFilePath':'acb.yaml','valuesFilePath':null,
           'values':[]},
         'trigger':{'timerTriggers':[],'sourceTriggers':[{'name':'s','status':'Enabled',
             'sourceTriggerEvents':[],'sourceRepository':{'sourceControlType':'Github',
               'repositoryUrl':'https://git','branch':null}}],'baseImageTrigger':null},
         'isSystemTask':false}
        """,
        """
        {'status':'Enabled','platform':{'os':'linux','architecture':'amd64','variant':null},
         'agentConfiguration':{'cpu':2},'timeout':3600,'credentials':{'customRegistries':{}},
         'logTemplate':null,'step':{'type':'EncodedTask','contextPath':null,
           'hasContextAccessToken':false,'encodedTaskContent':'c3RlcHM6',
           'encodedValuesContent':'azogdgo=','values':[]},
         'trigger':{'timerTriggers':[],'sourceTriggers':[],'baseImageTrigger':null},
         'isSystemTask':false}
        """,
        """
        {'status':'Enabled','platform':{'os':'linux','architecture':'amd64','variant':null},
         'agentConfiguration':{'cpu':2},'timeout':3600,'credentials':{'customRegistries':{}},
         'logTemplate':null,
         'trigger':{'timerTriggers':[],'sourceTriggers':[],'baseImageTrigger':null},
         'isSystemTask':true}
        """
      })
  void shouldReadARowAndWriteItAsItWas(String row) throws Exception {
    JsonNode stored = json(row);

    TaskDefinition read = JSON.treeToValue(stored, TaskDefinition.class);

    assertThat(JSON.<JsonNode>valueToTree(read)).isEqualTo(stored);
    assertThat(read.step() == null).isEqualTo(read.isSystemTask());
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
    ObjectNode without = stored(TaskReader.read(json("{" + ENCODED + "}")));

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
  void shouldKeepTheTokensOfSourceTriggersThatAPatchDoesNotBring() {
    String repository =
        "'sourceRepository':{'repositoryUrl':'u','sourceControlAuthProperties':{'token':'%s'}}";
    String trigger = "'trigger':{'sourceTriggers':[{'name':'s1'," + repository + "}]}";
    ObjectNode before =
        stored(TaskReader.read(json("{" + ENCODED + "," + trigger.formatted("first") + "}")));

    assertThat(TaskReader.read(TaskPatch.merge(before, json("{'timeout':600}"))).secrets())
        .containsEntry("@sourceTrigger/s1/token", null)
        .containsEntry("@sourceTrigger/s1/refreshToken", null)
        .hasSize(2);
    JsonNode another = json("{" + trigger.formatted("another") + "}");
    GivenTask patched = TaskReader.read(TaskPatch.merge(before, another));
    assertThat(patched.secrets())
        .containsEntry("@sourceTrigger/s1/token", "another")
        .containsEntry("@sourceTrigger/s1/refreshToken", null);
    assertThat(stored(patched)).isEqualTo(before);
    JsonNode second = json("{" + trigger.formatted("second").replace("s1", "s2") + "}");
    assertThat(TaskReader.read(TaskPatch.merge(before, second)).secrets())
        .containsEntry("@sourceTrigger/s1/token", null)
        .containsEntry("@sourceTrigger/s2/token", "second")
        .doesNotContainKey("@sourceTrigger/s2/refreshToken");
  }

  @Test
  void shouldReplaceAStepByOneOfAnotherType() {
    ObjectNode merged =
        TaskPatch.merge(stored(), json("{'step':{'type':'FileTask','taskFilePath':'acb.yaml'}}"));

    assertThat(merged.at("/step/encodedTaskContent").isMissingNode()).isTrue();
    assertThat(stored(TaskReader.read(merged)).at("/step/type").asText()).isEqualTo("FileTask");
  }

  private static ObjectNode stored() {
    return stored(
        TaskReader.read(
            json(
                "{"
                    + ENCODED
                    + ",'trigger':{'baseImageTrigger':{'name':'b'},"
                    + "'timerTriggers':[{'name':'t','schedule':'* * * * *'}]},"
                    + "'credentials':{'customRegistries':{'h:1':{'identity':'x'}}}}")));
  }

  private static ObjectNode stored(GivenTask given) {
    return JSON.valueToTree(given.definition());
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
