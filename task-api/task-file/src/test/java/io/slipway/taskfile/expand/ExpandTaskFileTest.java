package io.slipway.taskfile.expand;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpandTaskFileTest {
  private static final ExpansionInput INPUT =
      ExpansionInput.of(Map.of("ID", "cf10", "Registry", "r.azurecr.io"), Map.of("name", "hello"));

  private static Expansion expand(String text) throws Refusal {
    return ExpandTaskFile.expand(text, INPUT);
  }

  @Test
  void shouldReplaceAliasesThenRender() throws Refusal {
    Expansion expansion =
        expand(
            """
            # a comment with {{ nonsense
            version: v1.1.0
            alias:
              values:
                image: $Registry/{{.Values.name}}
            steps:
              - build: -t $image:$ID .
            """);
    assertThat(expansion.aliasesEnabled()).isTrue();
    assertThat(expansion.text())
        .isEqualTo("version: v1.1.0\nsteps:\n  - build: -t $Registry/hello:cf10 .\n");
    assertThat(expansion.lines().toString()).isEqualTo("[2, 6, 7, 8]");
  }

  @Test
  void shouldRenderWhatAnAliasOrASourceInserts() throws Refusal {
    Expansion expansion =
        ExpandTaskFile.expand(
            "version: v1.1.0\nalias: {src: [x.yaml]}\na: $tag\n",
            INPUT.withAliasSources(source -> "tag: '{{.Run.ID | upper}}'"));
    assertThat(expansion.text()).isEqualTo("version: v1.1.0\na: CF10\n");
  }

  @Test
  void shouldKnowFromWhichLineEachLineComes() throws Refusal {
    ExpansionInput input = ExpansionInput.of(Map.of(), Map.of("l", List.of("a", "b", "c")));
    Expansion out =
        ExpandTaskFile.expand("a\n{{ range .Values.l }}\n- {{ . }}\n{{ end }}\nz", input);
    assertThat(out.text()).isEqualTo("a\n\n- a\n\n- b\n\n- c\n\nz");
    assertThat(out.lines().toString()).isEqualTo("[1, 2, 3, 2, 3, 2, 3, 4, 5]");
  }

  @Test
  void shouldNotLetATemplateChangeTheCallersValues() throws Refusal {
    Map<String, Object> values = Map.of("m", Map.of("a", "b"));
    String text =
        ExpandTaskFile.expandBuild(
            "{{ $_ := set .Values.m `a` `c` }}{{ .Values.m.a }}",
            ExpansionInput.of(Map.of(), values));
    assertThat(text).isEqualTo("c");
    assertThat(values).isEqualTo(Map.of("m", Map.of("a", "b")));
  }

  @Test
  void shouldTakeAwayNoValueAsTheOriginalDoes() throws Refusal {
    assertThat(expand("a<no value>b{{ .Values.missing }}c").text()).isEqualTo("abc");
  }

  @Test
  void shouldLeaveAliasesAloneBeforeTheirVersion() throws Refusal {
    for (String version : new String[] {"", "version: v1.0.0\n", "version: V1.1.0\n"}) {
      Expansion expansion = expand(version + "a: $ID\n");
      assertThat(expansion.aliasesEnabled()).isFalse();
      assertThat(expansion.text()).endsWith("a: $ID\n");
      assertThat(expansion.aliases().aliases()).isEmpty();
    }
  }

  @Test
  void shouldSayWhetherSecretsMatter() throws Refusal {
    String text = "secrets: [{id: a}]\na: {{.Secrets.a}}\n";
    assertThat(expand(text).mentionsSecrets()).isTrue();
    assertThat(expand(text).text()).endsWith("a: \n");
    assertThat(ExpandTaskFile.expand(text, INPUT.withSecrets(Map.of("a", "b"))).text())
        .endsWith("a: b\n");
    assertThat(expand("a: b").mentionsSecrets()).isFalse();
  }

  @Test
  void shouldNameTheLineOfTheUsersFile() {
    assertThatThrownBy(() ->
            expand(
                """
                # one
                version: v1.1.0
                alias:
                  values:
                    two: |
                      a
                      b
                # three
                x: $two
                y: {{ upper 1 }}
                """))
        .isInstanceOfSatisfying(
            Refusal.class,
            problem -> {
              assertThat(problem.line()).isEqualTo(10);
              assertThat(problem.column()).isEqualTo(7);
            });
  }

  @Test
  void shouldJoinSeveralAliasSections() throws Refusal {
    Expansion expansion =
        expand(
            """
            version: v1.1.0
            alias:
              values:
                a: one
                both: first
            text: $a $b $both
            alias:
              values: {b: two, both: second}
            """);

    assertThat(expansion.text()).contains("text: one two second");
    assertThat(expansion.secondAlias()).isEqualTo(7);
  }

  @Test
  void shouldNameTheLineOfAWrongVersionAndOfAWrongAlias() {
    assertThatThrownBy(() -> expand("# a\n\nversion: v1.2.0\n"))
        .isInstanceOfSatisfying(
            Refusal.class,
            problem -> {
              assertThat(problem.line()).isEqualTo(3);
              assertThat(problem.text())
                  .startsWith(
                      "invalid version specified: \"v1.2.0\", the current version is \"v1.0.0\"");
            });
    assertThatThrownBy(() -> expand("version: v1.1.0\n# c\nalias:\n  values:\n    a-b: c\n"))
        .isInstanceOfSatisfying(Refusal.class, problem -> assertThat(problem.line()).isEqualTo(4));
  }

  @Test
  void shouldTakeAnEmptyFileButNotOneThatRendersToNothing() throws Refusal {
    assertThat(expand("").text()).isEmpty();
    assertThat(expand("# only a comment\n").text()).isBlank();
    assertThatThrownBy(() -> expand("{{ if false }}a: b{{ end }}"))
        .hasMessage("rendered template was empty");
  }

  @Test
  void shouldKeepScriptsInBlockScalars() throws Refusal {
    String script =
        "steps:\n  - cmd: |\n      bash -c '\n      # a note\n      echo {{.Run.ID}}'\n";
    assertThat(expand(script).text()).contains("# a note").contains("echo cf10");
  }

  @Test
  void shouldRefuseAFileThatIsTooLarge() {
    assertThatThrownBy(() -> expand("a".repeat((1 << 20) + 1))).hasMessageContaining("1048576");
  }

  @Test
  void shouldRenderTheArgumentsOfAQuickBuild() throws Refusal {
    assertThat(ExpandTaskFile.expandBuild("-t {{.Run.Registry}}/a:{{.Run.ID}} #x", INPUT))
        .isEqualTo("-t r.azurecr.io/a:cf10 #x");
  }
}
