package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.definition.RunRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BodyLimitsTest {
  private static final String REGISTRY =
      "/subscriptions/s/resourceGroups/g/providers/x/registries/r";
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void shouldTakeTheSizesThatPeopleUse() {
    String comment = "# " + "x".repeat(100 * 1_024) + "\n";
    ObjectNode body =
        encoded(comment + "version: v1.1.0\nsteps:\n  - cmd: bash echo {{.Values.chain}}\n");
    value(body, "chain", "x".repeat(60_000));

    assertThat(RunRequestReader.read(body, REGISTRY)).isInstanceOf(RunRequest.Quick.class);
  }

  @Test
  void shouldRefuseAValueByNameThatWouldFillTheMemory() {
    ObjectNode body = encoded("version: v1.1.0\nsteps:\n  - cmd: bash\n");
    value(body, "pad", "x".repeat(3_800_000));

    assertThatThrownBy(() -> RunRequestReader.read(body, REGISTRY))
        .hasMessageContaining("values[0].value has 3800000 characters, at most 65536 are allowed");
  }

  @Test
  void shouldRefuseTooManyValues() {
    ObjectNode body = encoded("version: v1.1.0\nsteps:\n  - cmd: bash\n");
    for (int i = 0; i <= BodyLimits.VALUES; i++) {
      value(body, "v" + i, "x");
    }

    assertThatThrownBy(() -> RunRequestReader.read(body, REGISTRY))
        .hasMessageContaining("values has 501 items, at most 500 are allowed");
  }

  @Test
  void shouldRefuseATaskFileThatIsTooLong() {
    ObjectNode body = encoded("#".repeat(BodyLimits.FILE));

    assertThatThrownBy(() -> RunRequestReader.read(body, REGISTRY))
        .hasMessageContaining("encodedTaskContent has ")
        .hasMessageContaining("at most 262144 are allowed")
        .hasMessageNotContaining("is missing");
  }

  @Test
  void shouldHaveTheLimitsOfArmForTags() {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("tags").put("name", "x".repeat(BodyLimits.TAG_VALUE));
    assertThat(Tags.read(body, Map.of())).hasSize(1);

    body.putObject("tags").put("name", "x".repeat(BodyLimits.TAG_VALUE + 1));
    assertThatThrownBy(() -> Tags.read(body, Map.of())).hasMessageContaining("longer than 256");
    ObjectNode many = body.putObject("tags");
    for (int i = 0; i <= BodyLimits.TAGS; i++) {
      many.put("t" + i, "x");
    }
    assertThatThrownBy(() -> Tags.read(body, Map.of())).hasMessageContaining("has 51 tags");
  }

  @Test
  void shouldRefuseWrongValuesOfItsOwnTags() {
    ObjectNode body = JSON.createObjectNode();
    body.putObject("tags").put("slipway.concurrentRuns", "0");
    assertThatThrownBy(() -> RegistryBody.tags(body))
        .hasMessage("The tag slipway.concurrentRuns must be a whole number from 1 to 99999.");
    body.putObject("tags").put("slipway.priority", "10");
    assertThatThrownBy(() -> Tags.read(body, Map.of()))
        .hasMessage("The tag slipway.priority must be a digit from 1 to 9, the highest first.");
  }

  private static ObjectNode encoded(String file) {
    ObjectNode body = JSON.createObjectNode();
    body.put("type", "EncodedTaskRunRequest");
    body.putObject("platform").put("os", "linux");
    body.put(
        "encodedTaskContent",
        Base64.getEncoder().encodeToString(file.getBytes(StandardCharsets.UTF_8)));
    return body;
  }

  private static void value(ObjectNode body, String name, String value) {
    ArrayNode values = body.withArray("/values");
    values.addObject().put("name", name).put("value", value);
  }
}
