package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class StoredRequestTest {
  private static final String REQUEST =
      """
      {"type":"TaskRunRequest","taskId":"t","unknown":"planted","values":[
        {"name":"a","value":"open"},{"name":"b","value":"planted","isSecret":true}],
       "credentials":{"sourceRegistry":{"loginMode":"Default","password":"planted"},
         "customRegistries":{
         "one.example":{"userName":{"value":"planted"},"password":{"value":"planted"}},
         "two.example":{"identity":"client"}}},
       "overrideTaskStepProperties":{"file":"f","updateTriggerToken":"planted","arguments":[
         {"name":"c","value":"planted","isSecret":true,"more":"planted"}]}}\
      """;

  @Test
  void shouldKeepNothingSecretAndNothingUnknown() throws JsonProcessingException {
    ObjectNode stored = StoredRequest.of(read(REQUEST));
    assertThat(stored.toString())
        .doesNotContain("planted")
        .contains("open", "one.example", "client", "\"isSecret\":true", "\"file\":\"f\"");
    assertThat(StoredRequest.of(stored)).as("it stays as it is").isEqualTo(stored);
    assertThat(StoredRequest.shown(stored).toString())
        .contains("one.example", "two.example")
        .doesNotContain("client");
  }

  @Test
  void shouldKeepNoCredentialsOfAContext() throws JsonProcessingException {
    ObjectNode quick = read("{\"type\":\"X\",\"sourceLocation\":\"https://u:planted@h/a.git#b\"}");
    assertThat(StoredRequest.of(quick).toString()).contains("https://***@h/a.git#b");
    assertThat(StoredRequest.shown(quick).toString()).doesNotContain("planted");
    assertThat(StoredRequest.lacksSecrets(StoredRequest.of(quick))).isTrue();
    ObjectNode ofTask =
        StoredRequest.of(
            read(
                "{\"type\":\"X\",\"overrideTaskStepProperties\":"
                    + "{\"contextPath\":\"https://h/a.tgz?sig=planted\"}}"));
    assertThat(ofTask.toString()).contains("https://h/a.tgz?***").doesNotContain("planted");
    assertThat(StoredRequest.lacksSecrets(ofTask)).isTrue();
  }

  @Test
  void shouldKnowWhetherItCanRunAgain() throws JsonProcessingException {
    assertThat(StoredRequest.lacksSecrets(StoredRequest.of(read(REQUEST)))).isTrue();
    assertThat(
            StoredRequest.lacksSecrets(
                StoredRequest.of(
                    read(
                        "{\"type\":\"X\",\"values\":[{\"name\":\"a\",\"value\":\"v\"}],"
                            + "\"credentials\":{\"customRegistries\":{\"h\":{\"identity\":\"i\"}}}}"))))
        .isFalse();
  }

  @Test
  void shouldNotTakeAnIdentityThatReadsAKeyVaultForTheCredential() throws JsonProcessingException {
    ObjectNode stored =
        StoredRequest.of(
            read(
                """
                {"type":"X","credentials":{"customRegistries":{"h":{"identity":"[system]",
                  "userName":{"value":"https://v/secrets/u","type":"Vaultsecret"},
                  "password":{"value":"https://v/secrets/p","type":"Vaultsecret"}}}}}\
                """));

    assertThat(stored.at("/credentials/customRegistries").toString()).isEqualTo("{\"h\":{}}");
    assertThat(StoredRequest.lacksSecrets(stored)).isTrue();
  }

  private static ObjectNode read(String json) throws JsonProcessingException {
    return (ObjectNode) new ObjectMapper().readTree(json);
  }
}
