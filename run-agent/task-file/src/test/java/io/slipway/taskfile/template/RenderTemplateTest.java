package io.slipway.taskfile.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.text.MappedText;
import io.slipway.taskfile.text.TextException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tables in {@code templates/}: a template, an arrow, and what Go 1.19 with Sprig makes of it,
 * which was seen; a ␤ stands for a line feed. Where Go fails, the place and our words for it.
 */
class RenderTemplateTest {
  private static final String ARROW = " ==> ";
  private static final String ERROR = "ERROR ";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "language",
        "format",
        "text",
        "number",
        "list",
        "dict",
        "choice",
        "encoding",
        "date",
        "path",
        "regex",
        "version",
        "random",
        "more"
      })
  void shouldDoAsGo(String table) throws IOException {
    SoftAssertions all = new SoftAssertions();
    for (String row : rows(table)) {
      int arrow = row.lastIndexOf(ARROW);
      String template = row.substring(0, arrow).replace('␤', '\n');
      String expected = row.substring(arrow + ARROW.length()).replace('␤', '\n');
      all.assertThat(Templates.outcome(template)).as(template).isEqualTo(expected);
    }
    all.assertAll();
  }

  private static Iterable<String> rows(String table) throws IOException {
    try (InputStream in =
        RenderTemplateTest.class.getResourceAsStream("/templates/" + table + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void shouldHaveEveryFunctionInATable() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String table :
        "language format text number list dict choice encoding date path regex version random"
            .split(" ")) {
      rows(table).forEach(row -> all.append(row).append('\n'));
    }
    SoftAssertions each = new SoftAssertions();
    for (String name : Expressions.FUNCTIONS.names()) {
      if (!name.equals("ago") && !name.equals("abbrevBoth")) {
        each.assertThat(all.toString())
            .as(name)
            .containsPattern("(\\{\\{-?|\\(|\\||:?=|if|and) *" + name + "\\b");
      }
    }
    each.assertAll();
  }

  @Test
  void shouldSayWhereInAText() {
    assertThatThrownBy(() -> Templates.render("a: b\nc: {{ upper 1 }}\n"))
        .isInstanceOfSatisfying(
            TextException.class,
            problem -> {
              assertThat(problem.line()).isEqualTo(2);
              assertThat(problem.column()).isEqualTo(7);
              assertThat(problem.reason())
                  .isEqualTo(
                      "failed to execute template: upper: wrong type for value; expected string;"
                          + " got int");
            });
  }

  @Test
  void shouldSuggestTheNearestFunction() {
    assertThat(Templates.outcome("{{ uper `a` }}"))
        .isEqualTo("ERROR 1:4 function \"uper\" not defined; did you mean 'upper'?");
  }

  @Test
  void shouldTakeAwayNoValueAsTheOriginalDoes() throws TextException {
    assertThat(Templates.render("a<no value>b{{ .Values.missing }}c")).isEqualTo("abc");
  }

  @Test
  void shouldEncodeNothingAsNothing() throws TextException {
    assertThat(Templates.render("[{{ .Values.missing | b64enc }}]")).isEqualTo("[]");
  }

  @Test
  void shouldRangeOverANumber() throws TextException {
    assertThat(Templates.render("{{ range $i := 3 }}{{ $i }},{{ end }}")).isEqualTo("0,1,2,");
  }

  @Test
  void shouldSliceATextToo() throws TextException {
    assertThat(Templates.render("{{ slice .Run.Commit 0 3 }}")).isEqualTo("abc");
  }

  @Test
  void shouldCutBetweenCharactersNotBytes() throws TextException {
    assertThat(Templates.render("{{ trunc 2 `äöü` }} {{ substr 1 2 `äöü` }}")).isEqualTo("äö ö");
  }

  @Test
  void shouldKnowFromWhichLineEachLineComes() throws TextException {
    MappedText out =
        RenderTemplate.render(
            MappedText.of("a\n{{ range .Values.l }}\n- {{ . }}\n{{ end }}\nz"),
            Templates.root(),
            TemplateSources.unavailable());
    assertThat(out.text()).isEqualTo("a\n\n- a\n\n- b\n\n- c\n\nz");
    assertThat(out.lines().toString()).isEqualTo("[1, 2, 3, 2, 3, 2, 3, 4, 5]");
  }

  @Test
  void shouldNotLetATemplateChangeTheCallersValues() throws TextException {
    Map<String, Object> values = Map.of("m", Map.of("a", "b"));
    var root = io.slipway.taskfile.values.TemplateRoot.of(Map.of(), values, Map.of());
    String text =
        RenderTemplate.render(
                MappedText.of("{{ $_ := set .Values.m `a` `c` }}{{ .Values.m.a }}"),
                root,
                TemplateSources.unavailable())
            .text();
    assertThat(text).isEqualTo("c");
    assertThat(values).isEqualTo(Map.of("m", Map.of("a", "b")));
  }
}
