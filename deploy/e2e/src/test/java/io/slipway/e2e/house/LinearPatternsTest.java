package io.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Text from outside may cost no more time than it is long, and no stack: Java's own patterns go
 * back and try again, so that a few kilobytes can cost hours. Main code takes re2j.
 */
class LinearPatternsTest {
  /** Where Java's patterns stay, and whose text they meet. */
  private static final Map<String, String> OWN_TEXT =
      Map.of(
          "deploy/bench/src/main/java/io/slipway/bench/logs/LogReader.java",
          "what the benchmark's own steps print",
          "deploy/demo/src/main/java/io/slipway/demo/MachineLayer.java",
          "what ldd says of programs of the machine",
          "deploy/demo/src/main/java/io/slipway/demo/ShownAz.java",
          "the commands of the demo",
          "deploy/infra/src/main/java/io/slipway/infra/Waiting.java",
          "the last lines of a program's log, for the person who starts it",
          "deploy/local/src/main/java/io/slipway/local/az/AzureCli.java",
          "what az says of its version");

  private static final String TEXT = "\"((?:[^\"\\\\]|\\\\.)*)\"";

  /** Of a matcher's methods the text is the replacement. */
  private static final Pattern BY_STRING =
      Pattern.compile(
          "(matcher\\([^()]*\\))?\\.\\s*(?:matches|replaceAll|replaceFirst|split)\\(\\s*" + TEXT);

  /** Others, which are as long as they are, or meet our own text. */
  private static final List<String> ALSO_HARMLESS =
      List.of("\\r?\\n", "[a-z][a-z0-9_]{0,62}", "\\e\\[[0-9;]*m");

  /** One character or class, repeated or not: there is nothing to go back to. */
  private static final Pattern ONE_ATOM =
      Pattern.compile(
          "\\^?(?:\\[\\^?(?:[^\\]\\\\]|\\\\.)+]|\\\\[pP]\\{\\w+}|\\\\.|[^\\\\.*+?()\\[\\]{}|^$])"
              + "(?:[+*?]|\\{\\d+(?:,\\d*)?})?");

  /** A text, some characters of which may be masked. */
  private static final Pattern PLAIN =
      Pattern.compile("\\^?(?:[^\\\\.*+?()\\[\\]{}|^$]|\\\\\\W|\\\\[nrt])*");

  @Test
  void shouldKeepJavasPatternsAwayFromTextFromOutside() throws IOException {
    List<String> using = new ArrayList<>();
    for (SourceFile source : main()) {
      if (text(source).contains("import java.util.regex.")) {
        using.add(source.path());
      }
    }
    assertThat(using)
        .as("take com.google.re2j, or a scan")
        .containsExactlyInAnyOrderElementsOf(OWN_TEXT.keySet());
  }

  @Test
  void shouldGiveStringsOnlyPatternsOfOneAtom() throws IOException {
    List<String> offenders = new ArrayList<>();
    int seen = 0;
    for (SourceFile source : main()) {
      Matcher call = BY_STRING.matcher(text(source));
      while (call.find()) {
        seen++;
        if (call.group(1) == null
            && !isHarmless(call.group(2).replace("\\\\", "\\").replace("\\\"", "\""))) {
          offenders.add(source.path() + " " + call.group());
        }
      }
    }
    assertThat(seen).isGreaterThan(80);
    assertThat(offenders).as("take com.google.re2j, or a scan").isEmpty();
  }

  @Test
  void shouldKnowWhatIsHarmless() {
    assertThat(List.of("\\s+", "[^a-z]", "/", "\\d{1,6}", "^/+", ": ", "[a\\]]*", "\\."))
        .allMatch(LinearPatternsTest::isHarmless);
    assertThat(List.of("/+$", "(a+)+", "a*b", "\\s+and\\s+", ".*/", "a|b", "https?://.*"))
        .noneMatch(LinearPatternsTest::isHarmless);
  }

  private static boolean isHarmless(String pattern) {
    return ALSO_HARMLESS.contains(pattern)
        || ONE_ATOM.matcher(pattern).matches()
        || PLAIN.matcher(pattern).matches();
  }

  private static List<SourceFile> main() {
    return House.sources().stream().filter(source -> !source.test()).toList();
  }

  private static String text(SourceFile source) throws IOException {
    return Files.readString(House.ROOT.resolve(source.path()));
  }
}
