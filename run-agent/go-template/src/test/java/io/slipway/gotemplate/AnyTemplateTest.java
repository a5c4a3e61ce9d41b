package io.slipway.gotemplate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.api.Assertions;

/** Any text ends in a text or in an error with a place; never in another exception or a hang. */
class AnyTemplateTest {
  private static final int TRIES = 10_000;
  private static final String[] PIECES = {
    "{{",
    "}}",
    "{{-",
    "-}}",
    "{{ ",
    " }}",
    "(",
    ")",
    "|",
    " ",
    ":=",
    "=",
    ",",
    ".",
    "$",
    "$x",
    "$x := ",
    ".Values",
    ".s",
    ".l",
    ".m",
    ".missing",
    "if ",
    "else",
    "else if ",
    "end",
    "range ",
    "with ",
    "define ",
    "template ",
    "block ",
    "break",
    "continue",
    "nil",
    "true",
    "1",
    "-1",
    "0.5",
    "1e9",
    "'a'",
    "\"a\"",
    "`b`",
    "\n",
    "/*",
    "*/",
    "text",
    "é",
    "🐳",
    "\\",
    "#",
    "\"",
    "'",
    "`",
  };

  @Provide
  Arbitrary<String> pieces() {
    List<String> words = new ArrayList<>(List.of(PIECES));
    Expressions.FUNCTIONS.names().stream().sorted().map(name -> name + " ").forEach(words::add);
    return Arbitraries.of(words).list().ofMaxSize(40).map(list -> String.join("", list));
  }

  /** Actions that parse: a function with arguments of all kinds. */
  @Provide
  Arbitrary<String> calls() {
    Arbitrary<String> argument =
        Arbitraries.of(
            "1",
            "-1",
            "0",
            "2147483647",
            "-2147483648",
            "9223372036854775807",
            "1.5",
            "1e300",
            "`a`",
            "``",
            "`a.b-c/d`",
            "`%d%s%v`",
            "`[a-z]+`",
            "`(`",
            "`2006-01-02`",
            "`1h`",
            "nil",
            "true",
            "false",
            ".",
            ".Values",
            ".Values.s",
            ".Values.l",
            ".Values.m",
            ".Values.missing",
            "(list 1 `a` nil)",
            "(dict `a` 1)",
            "(list)",
            "now",
            "(semver `1.2.3`)");
    Arbitrary<String> name =
        Arbitraries.of(Expressions.FUNCTIONS.names().stream().sorted().toList());
    return name.flatMap(function ->
        argument
            .list()
            .ofMaxSize(4)
            .map(values -> "{{ " + function + " " + String.join(" ", values) + " }}"));
  }

  @Property(tries = TRIES)
  void shouldEndForAnyText(@ForAll String text) {
    shouldEnd(text);
  }

  @Property(tries = TRIES)
  void shouldEndForPiecesOfTheLanguage(@ForAll("pieces") String text) {
    shouldEnd(text);
  }

  @Property(tries = 3 * TRIES)
  void shouldEndForEveryFunctionWithAnyArguments(@ForAll("calls") String text) {
    shouldEnd(text);
  }

  @Property(tries = TRIES)
  void shouldCopyWhatHasNoActions(@ForAll String text) {
    String plain = text.replace("{{", "").replace("<no value>", "");
    Assertions.assertThat(Templates.render(plain)).isEqualTo(plain);
  }

  /** The time is a guard against a hang only. */
  private static void shouldEnd(String template) {
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          try {
            Templates.render(template, TemplateSources.of(Templates.NOW, new Random(1)));
          } catch (TemplateFailure refused) {
            Assertions.assertThat(refused.offset()).isBetween(0, template.length());
            Assertions.assertThat(refused.reason()).startsWith("failed to ");
          }
        });
  }
}
