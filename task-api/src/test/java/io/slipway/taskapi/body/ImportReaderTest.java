package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.ImportRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImportReaderTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DIGEST = "sha256:" + "0f".repeat(32);

  @Test
  void shouldReadWhatTheCliSends() throws Exception {
    ImportRequest request =
        read(
            "{'source':{'registryUri':'docker.io','sourceImage':'library/node:15-alpine'},"
                + "'targetTags':['baseimages/node:15-alpine'],'mode':'NoForce'}");

    assertThat(request.registryUri()).isEqualTo("docker.io");
    assertThat(request.image().repository()).isEqualTo("library/node");
    assertThat(request.image().reference()).isEqualTo("15-alpine");
    assertThat(request.targets()).containsExactly("baseimages/node:15-alpine");
    assertThat(request.force()).isFalse();
    assertThat(request.credential()).isNull();
  }

  @Test
  void shouldTakeTheSourcesTagWhereTheTargetHasNone() throws Exception {
    assertThat(
            read("{'source':{'registryUri':'h','sourceImage':'a:1'},'targetTags':['b']}").targets())
        .containsExactly("b:1");
    assertThat(read("{'source':{'registryUri':'h','sourceImage':'a'}}").targets())
        .containsExactly("a:latest");
    assertThat(
            read("{'source':{'registryUri':'h','sourceImage':'a@" + DIGEST + "'}}")
                .untaggedTargets())
        .containsExactly("a");
  }

  @Test
  void shouldNotShowThePassword() throws Exception {
    ImportRequest request =
        read(
            "{'source':{'registryUri':'h','sourceImage':'a:1',"
                + "'credentials':{'username':'u','password':'geheim'}}}");

    assertThat(request.credential().password()).isEqualTo("geheim");
    assertThat(request.toString()).doesNotContain("geheim");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'source':{'sourceImage':'a:1'}}",
        "{'source':{'registryUri':'h','resourceId':'/x','sourceImage':'a:1'}}",
        "{'source':{'registryUri':'h'}}",
        "{'source':{'registryUri':'h/path','sourceImage':'a:1'}}",
        "{'source':{'registryUri':'user@h','sourceImage':'a:1'}}",
        "{'source':{'registryUri':'h','sourceImage':'../../etc'}}",
        "{'source':{'registryUri':'h','sourceImage':'UPPER:1'}}",
        "{'source':{'registryUri':'h','sourceImage':'a:1'},'targetTags':['b:--x']}",
        "{'source':{'registryUri':'h','sourceImage':'a:1'},'mode':'Maybe'}"
      })
  void rejectsWhatIsWrong(String body) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOfSatisfying(
            ArmException.class, refused -> assertThat(refused.status()).isEqualTo(400));
  }

  private static ImportRequest read(String text) throws Exception {
    return ImportReader.read(JSON.readTree(text.replace('\'', '"')));
  }
}
