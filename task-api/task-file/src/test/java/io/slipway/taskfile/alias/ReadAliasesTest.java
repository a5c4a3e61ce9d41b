package io.slipway.taskfile.alias;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.text.MappedText;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadAliasesTest {
  private static final Map<String, String> FILES =
      Map.of("one.yaml", "a: one\nb: one\nn: 007\n", "two.yaml", "b: two\nID: mine\n");
  private static final AliasSources SOURCES =
      source -> {
        String text = FILES.get(source);
        if (text == null) {
          throw new IOException("open " + source + ": no such file or directory");
        }
        return text;
      };

  private static AliasExpander read(String text) throws Refusal {
    AliasBlock block = AliasBlock.cutFrom(MappedText.of(text));
    return ReadAliases.from(block.section(), SOURCES);
  }

  @Test
  void shouldLetValuesWinOverLaterSourcesOverEarlierOnesOverBuiltIn() throws Refusal {
    Map<String, String> aliases =
        read("alias:\n  values:\n    a: mine\n  src: [one.yaml, two.yaml]\nsteps: []\n").aliases();
    assertThat(aliases)
        .containsEntry("a", "mine")
        .containsEntry("b", "two")
        .containsEntry("ID", "mine")
        .containsEntry("n", "007")
        .containsEntry("bash", "mcr.microsoft.com/acr/bash:2ff604c");
  }

  @Test
  void shouldCutTheSectionOutWhereverItStandsAndInAnyForm() {
    for (String text :
        new String[] {
          "a: b\nalias:\n  values:\n    x: y\nc: d\n",
          "a: b\nalias: {values: {x: y}}\nc: d\n",
          "a: b\nalias :\n  values: {x: y}\nc: d\n",
        }) {
      AliasBlock block = AliasBlock.cutFrom(MappedText.of(text));
      assertThat(block.rest().text()).isEqualTo("a: b\nc: d\n");
      assertThat(block.section().text()).startsWith("alias");
    }
  }

  @Test
  void shouldJoinTwoSections() throws Refusal {
    AliasExpander aliases = read("alias:\n  values: {a: x}\nsteps: []\nalias:\n  values: {b: y}\n");
    assertThat(aliases.aliases()).containsEntry("b", "y").containsEntry("a", "x");
  }

  @Test
  void shouldEndAtADocumentMark() {
    AliasBlock block = AliasBlock.cutFrom(MappedText.of("alias:\n  values: {a: b}\n---\nc: d\n"));
    assertThat(block.rest().text()).isEqualTo("---\nc: d\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alias: {directive: ab} | $ directive can only be overwritten by a single character",
        "alias: {directive: a} | overwritten directives may not be alphanumeric characters",
        "alias: {directive: 7} | overwritten directives may not be alphanumeric characters",
        "alias: {values: {'a-b': c}} | alias key names only support alphanumeric characters",
        "alias: {values: {a: [b]}} | alias.values.a: must be a text",
        "alias: {values: x} | alias.values: must hold names and texts",
        "alias: {src: one.yaml} | alias.src: must be a list",
        "alias: {src: [none.yaml]} | open none.yaml: no such file or directory",
        "alias: {value: {a: b}} | there are only values, src and directive",
        "alias: x | alias: must hold names and texts",
        "alias: [ | yaml: ",
        "alias: {src: [{}]} | alias.src: must be a text",
      })
  void rejectsWithTheReason(String text, String reason) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(Refusal.class).hasMessageContaining(reason);
  }

  @Test
  void shouldTellThePlaceInASource() {
    AliasSources nested = source -> "a: b\nc: [d]\n";
    assertThatThrownBy(
            () -> ReadAliases.from(MappedText.of("alias:\n  src: [https://x/a.yaml]\n"), nested))
        .isInstanceOfSatisfying(
            Refusal.class,
            problem -> {
              assertThat(problem.line()).isEqualTo(2);
              assertThat(problem.text())
                  .isEqualTo("https://x/a.yaml line 2: https://x/a.yaml.c: must be a text");
            });
  }

  @Test
  void shouldTakeAnEmptySectionOrSource() throws Refusal {
    assertThat(read("alias:\n").aliases()).isEqualTo(AliasExpander.BUILT_IN);
    assertThat(read("alias:\n  values:\n  src:\n").aliases()).isEqualTo(AliasExpander.BUILT_IN);
    assertThat(ReadAliases.from(MappedText.of("alias: {src: [x]}"), source -> "").aliases())
        .isEqualTo(AliasExpander.BUILT_IN);
  }

  @Test
  void shouldRefuseSourcesWhereNobodyReadsThem() {
    assertThatThrownBy(
            () -> ReadAliases.from(MappedText.of("alias: {src: [x]}"), AliasSources.NONE))
        .hasMessageContaining("open x: alias sources cannot be read here");
  }
}
