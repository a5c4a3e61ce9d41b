package io.slipway.taskapi.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.contract.agent.TaskStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that were written before must read, and an agent must get of them what it got before. */
class StoredSpecTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"type":"Docker","contextPath":"https://git#main","buildSource":null,
         "imageNames":["a:1"],"isPushEnabled":true,"noCache":false,"dockerFilePath":"Dockerfile",
         "target":null,"arguments":[{"name":"a","value":"1"}],"secretNames":["b"]}
        """,
        """
        {"type":"FileTask","contextPath":null,
         "buildSource":"018f2b1c-7a10-7c3e-9a55-0d5b8e1f2a01","taskFilePath":"acb.yaml",
         "valuesFilePath":null,"values":[],"secretNames":[]}
        """,
        """
        {"type":"EncodedTask","contextPath":null,"buildSource":null,"taskContent":"c3RlcHM6",
         "valuesContent":null,"values":[{"name":"k","value":"v"}],"secretNames":[]}
        """,
        """
        {"type":"Import","source":{"registry":"docker.io","repository":"library/node",
          "reference":"15-alpine"},"targets":["node:15"],"untaggedTargets":[],"force":false}
        """
      })
  void shouldReadARowAndKeepItsStep(String step) throws Exception {
    String row =
        """
        {"registryId":"/r","loginServer":"h:1","logins":["h:1"],"mayActAs":null,"step":%s}
        """
            .formatted(step);

    StoredSpec read = JSON.readValue(row, StoredSpec.class);

    assertThat(JSON.<JsonNode>valueToTree(read.step())).isEqualTo(JSON.readTree(step));
    assertThat(read.step()).isNotInstanceOf(TaskStep.Unknown.class);
    assertThat(read.mayActAs()).isEmpty();
    assertThat(read.isForOwnRegistry()).isTrue();
  }
}
