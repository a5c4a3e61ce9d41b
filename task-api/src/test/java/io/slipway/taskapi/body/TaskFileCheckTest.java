package io.slipway.taskapi.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.slipway.taskapi.arm.ArmError;
import io.slipway.taskapi.arm.ArmException;
import io.slipway.taskapi.definition.GivenTask;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskFileCheckTest {

  @Test
  void shouldSayWhereAFileIsWrong() {
    ArmException refused =
        refused("version: v1.1.0\nsteps:\n  - cmd: bash\n    timeout: soon\n  - push: 3\n");
    ArmError.Inner first = refused.details().getFirst();
    assertThat(refused.status()).isEqualTo(400);
    assertThat(first.target()).isEqualTo("properties.step.encodedTaskContent");
    assertThat(first.code()).isEqualTo("InvalidTaskFile");
    assertThat(first.message()).startsWith("line 4, column ").contains("timeout");
    assertThat(first.additionalInfo().getFirst().info()).containsEntry("line", 4);
  }

  @Test
  void shouldRefuseWhatIsNoYaml() {
    assertThat(refused("steps: [").getMessage()).contains("line ");
  }

  /** With patterns that go back and forth these take hours. */
  @Test
  void shouldRefuseManyBlanksAsSoonAsFew() {
    assertThat(refused("{{" + " ".repeat(100_000)).getMessage()).contains("unclosed action");
    assertThat(refused("steps: [" + "\n".repeat(100_000)).getMessage()).contains("line ");
  }

  @Test
  void shouldWarnOfWhatItDoesNotKnow() {
    assertThat(read("version: v1.1.0\nsteps:\n  - cmd: bash\n    timeot: 3\n").warnings())
        .hasSize(1)
        .first()
        .asString()
        .contains("timeot", "timeout", "line 4");
  }

  @Test
  void shouldAcceptWhatMayBeRightWithValuesThatComeLater() {
    assertThat(read("steps:\n  - cmd: bash\n    timeout: {{.Values.later}}\n").warnings())
        .isEmpty();
    assertThat(read("{{if .Values.on}}\nsteps: [\n{{end}}\n").warnings()).isEmpty();
    assertThat(read("steps:\n  - cmd: bash\n    env: {{.Secrets.x}}\n").warnings()).isEmpty();
    assertThat(
            read("version: v1.1.0\nalias:\n  src: https://a.example/x.yaml\nsteps:\n  - cmd: $x\n")
                .warnings())
        .isEmpty();
  }

  @Test
  void shouldUseTheValuesThatAreKnown() {
    String file = "steps:\n  - cmd: bash\n    timeout: {{.Values.limit}}\n";
    assertThat(TaskReader.read(body(file, "limit", "30"), true).warnings()).isEmpty();
    ArmException refused =
        catchThrowableOfType(
            ArmException.class, () -> TaskReader.read(body(file, "limit", "soon"), true));
    assertThat(refused.getMessage()).contains("line 3");
  }

  @Test
  void shouldUseTheValuesFile() {
    String file = "steps:\n  - cmd: bash\n    timeout: {{.Values.limit}}\n";
    ObjectNode right = body(file, "other", "value");
    ((ObjectNode) right.path("step")).put("encodedValuesContent", encoded("limit: 30\n"));
    assertThat(TaskReader.read(right, true).warnings()).isEmpty();
    ObjectNode wrong = body(file, "other", "value");
    ((ObjectNode) wrong.path("step")).put("encodedValuesContent", encoded("limit: soon\n"));
    assertThat(
            catchThrowableOfType(ArmException.class, () -> TaskReader.read(wrong, true))
                .getMessage())
        .contains("line 3");
    ObjectNode malformed = body(file, "other", "value");
    ((ObjectNode) malformed.path("step")).put("encodedValuesContent", encoded("a: [\n"));
    ArmException refused =
        catchThrowableOfType(ArmException.class, () -> TaskReader.read(malformed, true));
    assertThat(refused.details().getFirst().target())
        .isEqualTo("properties.step.encodedValuesContent");
  }

  @Test
  void shouldLeaveAFileThatIsStoredAlone() {
    assertThat(TaskReader.read(body("steps: [", "a", "b"), false).warnings()).isEqualTo(List.of());
  }

  private static ArmException refused(String file) {
    return catchThrowableOfType(ArmException.class, () -> read(file));
  }

  private static GivenTask read(String file) {
    return TaskReader.read(body(file, "other", "value"), true);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode body(String file, String name, String value) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ObjectNode step = body.putObject("step");
    step.put("type", "EncodedTask");
    step.put("encodedTaskContent", encoded(file));
    step.putArray("values").addObject().put("name", name).put("value", value);
    return body;
  }
}
