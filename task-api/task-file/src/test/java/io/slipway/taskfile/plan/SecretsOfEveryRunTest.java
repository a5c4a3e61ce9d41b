package io.slipway.taskfile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.read.PlanTaskFile;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of a task file's secrets before there is a run. */
class SecretsOfEveryRunTest {
  private static final String SECRETS =
      """
      version: v1.1.0
      secrets:
        - id: one
          keyvault: https://my.vault.example/secrets/one
        - {id: two, keyvault: 'https://{{.Values.vault}}.vault.example/secrets/two', clientID: %s}
      steps:
        - cmd: $Registry/tool:{{.Run.ID}} {{.Secrets.one}}
      """
          .formatted("00000000-0000-0000-0000-000000000001");

  @Test
  void shouldReadWhatIsTheSameInEveryRun() {
    assertThat(PlanTaskFile.secretsOfEveryRun(SECRETS, Map.of("vault", "other")).orElseThrow())
        .containsExactly(
            new SecretReference("one", "https://my.vault.example/secrets/one", null),
            new SecretReference(
                "two",
                "https://other.vault.example/secrets/two",
                "00000000-0000-0000-0000-000000000001"));
    assertThat(PlanTaskFile.secretsOfEveryRun("steps: [{cmd: bash}]", Map.of()).orElseThrow())
        .isEmpty();
  }

  @Test
  void shouldLeaveAValueThatMayStillComeToTheRun() {
    assertThat(PlanTaskFile.secretsOfEveryRun(SECRETS, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secrets: [{id: a, keyvault: 'https://v{{.Run.ID}}.example/secrets/a'}]",
        "{{if .Run.Branch}}secrets: [{id: a, keyvault: 'https://v.example/secrets/a'}]{{end}}",
        "secrets: [{id: a, keyvault: 'https://{{ .Run.Registry | lower }}/secrets/a'}]",
        "alias:\n  src: ['https://files.example/more.yaml']\nsecrets: []",
        "secrets: [{id: a}, {id: a}]",
        "secrets: ["
      })
  void shouldLeaveTheRestToTheRun(String file) {
    assertThat(PlanTaskFile.secretsOfEveryRun("version: v1.1.0\n" + file + "\n", Map.of()))
        .isEmpty();
  }
}
