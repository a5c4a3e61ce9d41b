package io.slipway.taskfile.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.slipway.taskfile.Refusal;
import io.slipway.taskfile.expand.ExpandTaskFile;
import io.slipway.taskfile.expand.Expansion;
import io.slipway.taskfile.expand.ExpansionInput;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Any file with aliases ends in a text with a line map or in an error. */
class AnyAliasTest {
  private static final int TRIES = 10_000;
  private static final String[] PIECES = {
    "version: v1.1.0\n",
    "alias:\n",
    "alias: {",
    "}",
    "  values:\n",
    "    a: b\n",
    "    a-b: c\n",
    "  src:\n",
    "    - x.yaml\n",
    "  src: [x.yaml]\n",
    "  directive: \"&\"\n",
    "  directive: ab\n",
    "$a",
    "$$",
    "$",
    "&a",
    "$ID",
    "{{",
    "}}",
    "{{.Run.ID}}",
    "steps:\n",
    "- cmd: |\n",
    "   # x\n",
    "# y\n",
    "\n",
    " ",
    ": ",
    "---\n",
    "é🐳",
    "[",
    "]",
    "\"",
    "'",
    "*a",
    "&a ",
    "|\n",
    ">-\n",
  };

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(PIECES)
        .list()
        .ofMaxSize(30)
        .map(list -> "version: v1.1.0\n" + String.join("", list));
  }

  @Property(tries = TRIES)
  void shouldEndForPiecesOfTheLanguage(@ForAll("pieces") String text) {
    shouldEnd(text);
  }

  @Property(tries = TRIES)
  void shouldEndForAnyText(@ForAll String text) {
    shouldEnd("version: v1.1.0\n" + text);
  }

  @Property(tries = TRIES)
  void shouldChangeNothingWithoutTheDirective(@ForAll String text) {
    String plain = text.replace("$", "");
    assertThat(new AliasExpander(AliasExpander.BUILT_IN, "$").expand(plain)).isEqualTo(plain);
  }

  private static void shouldEnd(String text) {
    ExpansionInput input =
        ExpansionInput.of(Map.of("ID", "cf10"), Map.of())
            .withAliasSources(source -> "x: y\nz: \"{{.Run.ID}}\"\n");
    try {
      Expansion expansion = ExpandTaskFile.expand(text, input);
      long lines = 1 + expansion.text().chars().filter(c -> c == '\n').count();
      long last = 1 + text.chars().filter(c -> c == '\n').count();
      assertThat((long) expansion.lines().size()).isEqualTo(lines);
      for (int line = 1; line <= lines; line++) {
        assertThat((long) expansion.lines().source(line)).isBetween(1L, last);
      }
    } catch (Refusal refused) {
      assertThat(refused.text()).isNotBlank();
    }
  }
}
