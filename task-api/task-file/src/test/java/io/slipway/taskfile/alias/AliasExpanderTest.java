package io.slipway.taskfile.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.text.MappedText;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasExpanderTest {
  private static final AliasExpander ALIASES =
      new AliasExpander(Map.of("a", "1", "b", "$a", "long", "x\ny"), "$");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$a and $a | 1 and 1",
        "$a$a | 11",
        "$b | $a",
        "$zz | $zz",
        "$HOME/$a | $HOME/1",
        "$$a | $a",
        "$$$a | $1",
        "$ a $. | $ a $.",
        "${a} | ${a}",
        "$a_b $a-b $a.b $aé | 1_b 1-b 1.b 1é",
        "$ab | $ab",
        "$zz$a | $zz$a",
        "$zz$$a | $zz$1",
        "x$ | x$",
        "$A | $A",
      })
  void shouldReplaceAsTheOriginal(String text, String expected) {
    assertThat(ALIASES.expand(text)).isEqualTo(expected);
  }

  @Test
  void shouldTakeAnyCharacterAsDirective() {
    assertThat(new AliasExpander(Map.of("a", "1"), "🐳").expand("🐳a 🐳🐳a $a"))
        .isEqualTo("1 🐳a $a");
  }

  @Test
  void shouldKnowFromWhichLineTheLinesOfAValueCome() {
    MappedText text = ALIASES.expand(MappedText.of("a\n$long\nb"));
    assertThat(text.text()).isEqualTo("a\nx\ny\nb");
    assertThat(text.lines().toString()).isEqualTo("[1, 2, 2, 3]");
  }

  @Test
  void shouldReplaceTheFirstWordOfACommandOnly() {
    AliasExpander builtIn = new AliasExpander(AliasExpander.BUILT_IN, "$");
    assertThat(builtIn.expandCommand("bash echo bash"))
        .isEqualTo("mcr.microsoft.com/acr/bash:2ff604c echo bash");
    assertThat(builtIn.expandCommand("bash:3.0 echo")).isEqualTo("bash:3.0 echo");
    assertThat(builtIn.expandCommand("docker.io/bash")).isEqualTo("docker.io/bash");
    assertThat(AliasExpander.none().expandCommand("bash x")).isEqualTo("bash x");
  }

  @Test
  void shouldHaveTheBuiltInAliases() {
    assertThat(AliasExpander.BUILT_IN)
        .containsOnlyKeys(
            "ID",
            "SharedVolume",
            "Registry",
            "RegistryName",
            "Date",
            "OS",
            "Architecture",
            "Commit",
            "Branch",
            "acr",
            "az",
            "bash",
            "curl",
            "cssc")
        .containsEntry("Registry", "{{.Run.Registry}}")
        .containsEntry("acr", "mcr.microsoft.com/acr/acr-cli:0.19");
  }
}
