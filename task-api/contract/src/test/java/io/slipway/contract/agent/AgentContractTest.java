package io.slipway.contract.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The golden files are the contract: one side must write them, the other must read them. */
class AgentContractTest {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .build();

  @ParameterizedTest
  @CsvSource({
    "claim-request, ClaimRequest",
    "claim-answer, ClaimAnswer",
    "release-request, ReleaseRequest",
    "heartbeat-request, HeartbeatRequest",
    "heartbeat-answer, HeartbeatAnswer",
    "step-docker, TaskStep$DockerBuild",
    "step-file-task, TaskStep$FileTask",
    "step-encoded-task, TaskStep$EncodedTask",
    "step-import, TaskStep$Import"
  })
  void shouldWriteWhatItReads(String file, String type) throws Exception {
    // Given
    JsonNode golden = golden(file);
    Class<?> expected = Class.forName(getClass().getPackageName() + "." + type);
    Class<?> declared = TaskStep.class.isAssignableFrom(expected) ? TaskStep.class : expected;

    // When
    Object message = JSON.treeToValue(golden, declared);

    // Then
    assertThat(message).isExactlyInstanceOf(expected);
    assertThat(JSON.readTree(JSON.writeValueAsBytes(message))).isEqualTo(golden);
  }

  @Test
  void shouldReadAStepThatLacksWhatItNeedNotHave() throws Exception {
    // Given
    ObjectNode step = (ObjectNode) golden("step-docker");
    step.remove("contextPath");
    step.remove("buildSource");
    step.remove("target");
    step.remove("arguments");
    step.remove("secretNames");

    // When
    TaskStep read = JSON.treeToValue(step, TaskStep.class);

    // Then
    assertThat(read).isInstanceOf(TaskStep.DockerBuild.class);
    assertThat(((TaskStep.DockerBuild) read).arguments()).isEmpty();
    assertThat(((TaskStep.DockerBuild) read).secretNames()).isEmpty();
  }

  @Test
  void shouldIgnoreAPropertyOfALaterVersion() throws Exception {
    // Given
    JsonNode golden = golden("step-import");
    ObjectNode later = golden.deepCopy();
    later.put("later", true);

    // When
    TaskStep read = JSON.treeToValue(later, TaskStep.class);

    // Then
    assertThat(read).isEqualTo(JSON.treeToValue(golden, TaskStep.class));
  }

  @Test
  void shouldKeepTheWordOfAStepOfALaterVersion() throws Exception {
    // When
    TaskStep read = JSON.readValue("{\"type\":\"Teleport\",\"contextPath\":null}", TaskStep.class);

    // Then
    assertThat(read).isEqualTo(new TaskStep.Unknown("Teleport"));
  }

  @Test
  void shouldNotShowTheRunToken() throws Exception {
    assertThat(JSON.treeToValue(golden("claim-answer"), ClaimAnswer.class).toString())
        .contains("Claim[018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01 CLAIMED]")
        .doesNotContain("opaque");
  }

  private static JsonNode golden(String name) throws Exception {
    try (InputStream file =
        AgentContractTest.class.getResourceAsStream("/agent/" + name + ".json")) {
      assertThat(file).as("golden file " + name).isNotNull();
      return JSON.readTree(file);
    }
  }
}
