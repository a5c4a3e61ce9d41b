package io.slipway.taskfile.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.ExpansionInput;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValuesTest {
  private static String render(String template, String values, String... set) throws Refusal {
    Map<String, Object> merged =
        SetValues.over(ValuesFile.parse(values), SetValues.parse(List.of(set)));
    ExpansionInput input =
        ExpansionInput.of(Map.of("ID", "cf1"), merged).withSecrets(Map.of("s", "secret"));
    return ExpandTaskFile.expandBuild(template, input);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "007 | 7",
        "010 | 8",
        "0x1f | 31",
        "0b11 | 3",
        "0o17 | 15",
        "1_000 | 1000",
        "-5 | -5",
        "+5 | 5",
        "1.10 | 1.1",
        "1e3 | 1000",
        "1.5e-7 | 1.5e-07",
        ".inf | +Inf",
        ".nan | NaN",
        "yes | true",
        "Off | false",
        "y | true",
        "~~ | ",
        "null | ",
        "'007' | 007",
        "\"yes\" | yes",
        "!!str 12 | 12",
        "1:30 | 1:30",
        "08 | 8",
        "2019-06-14 | 2019-06-14",
        "1.2.3 | 1.2.3",
        "18446744073709551616 | 1.8446744073709552e+19",
        "[a, 1, yes] | [a 1 true]",
        "{b: 2, a: {c: 1}} | map[a:map[c:1] b:2]",
      })
  void shouldTypeAsYaml11(String written, String printed) throws Refusal {
    assertThat(render("{{.Values.v}}", "v: " + written)).isEqualTo(printed == null ? "" : printed);
  }

  @Test
  void shouldReachIntoNestedMaps() throws Refusal {
    String values = "a:\n  b:\n    c: [p, q]\n";
    assertThat(render("{{index .Values.a.b.c 1}} {{.ValuesJSON}}", values))
        .isEqualTo("q '{\"a\":{\"b\":{\"c\":[\"p\",\"q\"]}}}'");
  }

  @Test
  void shouldKeepWhatIsSetAsText() throws Refusal {
    String template = "{{.Values.n}} {{if .Values.f}}yes{{end}} {{index .Values `a.b`}}";
    assertThat(render(template, "n: 1\na: {b: 3}\n", "n=1.10", "f=false", "a.b=c"))
        .isEqualTo("1.10 yes c");
  }

  @Test
  void shouldReplaceATopLevelKeyAsAWhole() throws Refusal {
    assertThat(render("{{.Values.a}}", "a: {b: 1, c: 2}", "a=x")).isEqualTo("x");
  }

  @Test
  void shouldKnowAnchorsAndMergeKeys() throws Refusal {
    String values =
        "base: &b {x: 1, y: 2}\nv:\n  <<: *b\n  y: 3\nw: {<<: [{p: 1}, {p: 2, q: 3}]}\n";
    assertThat(render("{{.Values.v}} {{.Values.w}}", values))
        .isEqualTo("map[x:1 y:3] map[p:1 q:3]");
  }

  @Test
  void shouldQuoteTheJsonForAShell() throws Refusal {
    assertThat(render("{{.ValuesJSON}}", "a: it's <b>\n"))
        .isEqualTo("'{\"a\":\"it'\"'\"'s \\u003cb\\u003e\"}'");
    assertThat(render("{{.RunJSON}}", ""))
        .startsWith("'{\"Architecture\":\"\",\"Branch\":\"\",")
        .contains("\"ID\":\"cf1\"")
        .endsWith("\"TriggeredBy\":\"\"}'");
    assertThat(render("{{.ValuesJSON}}", "")).isEqualTo("'{}'");
  }

  @Test
  void shouldOfferBuildIdAndSecrets() throws Refusal {
    assertThat(render("{{.Build.ID}} {{.Secrets.s}} {{.Secrets.none}}", ""))
        .isEqualTo("cf1 secret ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[a] | must hold keys and values",
        "text | must hold keys and values",
        "{[a]: b} | a key must be a text",
        "a: &x [*x] | an anchor contains itself",
        "a: [ | yaml: ",
        "'a: {<<: 3}' | << must name maps",
        "a: *b | yaml: ",
      })
  void rejectsWithTheReason(String yaml, String reason) {
    assertThatThrownBy(() -> ValuesFile.parse(yaml.replaceAll("^'|'$", "")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(reason);
  }

  @Test
  void shouldSurviveManyLaughs() throws Refusal {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 24; i++) {
      bomb.append("a" + i + ": &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n");
    }
    Map<String, Object> values = ValuesFile.parse(bomb.toString());
    assertThatThrownBy(() -> TemplateRoot.of(Map.of(), values, Map.of()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("steps");
  }
}
