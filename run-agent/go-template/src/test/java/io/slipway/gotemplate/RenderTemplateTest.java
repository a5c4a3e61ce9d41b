package io.slipway.gotemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
            TemplateFailure.class,
            problem -> {
              assertThat(problem.offset()).isEqualTo(11);
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
  void shouldPrintNoValueAsGoDoes() {
    assertThat(Templates.render("a{{ .Values.missing }}c")).isEqualTo("a<no value>c");
  }

  @Test
  void shouldEncodeNothingAsNothing() {
    assertThat(Templates.render("[{{ .Values.missing | b64enc }}]")).isEqualTo("[]");
  }

  @Test
  void shouldRangeOverANumber() {
    assertThat(Templates.render("{{ range $i := 3 }}{{ $i }},{{ end }}")).isEqualTo("0,1,2,");
  }

  @Test
  void shouldSliceATextToo() {
    assertThat(Templates.render("{{ slice .Run.Commit 0 3 }}")).isEqualTo("abc");
  }

  @Test
  void shouldCutBetweenCharactersNotBytes() {
    assertThat(Templates.render("{{ trunc 2 `äöü` }} {{ substr 1 2 `äöü` }}")).isEqualTo("äö ö");
  }

  @Test
  void shouldSayFromWhereEachPieceComes() {
    StringBuilder out = new StringBuilder();
    RenderTemplate.render(
        "a{{ range .Values.l }}-{{ . }}{{ end }}z",
        Templates.root(),
        TemplateSources.unavailable(),
        new RenderTemplate.Output() {
          @Override
          public void copied(String text, int offset) {
            out.append(text).append('@').append(offset).append(' ');
          }

          @Override
          public void inserted(String text, int offset) {
            out.append(text).append('!').append(offset).append(' ');
          }
        });
    assertThat(out.toString()).isEqualTo("a@0 -@22 a!23 -@22 b!23 -@22 c!23 z@39 ");
  }
}
