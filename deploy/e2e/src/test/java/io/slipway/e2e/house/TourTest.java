package io.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The guided tour leads to the right rooms. Its lines are lists like {@code - `A` -> `B`, `C`}: the
 * code of class A, without comments and texts, names B and C. Between two processes stands what
 * crosses: {@code `A` -> event `E` -> `B`}, where both name E, or {@code `A` -> POST `/p` -> `B`},
 * where both have the last word of the path.
 */
class TourTest {
  private static final Pattern BACK_TICKS = Pattern.compile("`([^`]+)`");
  private static final Pattern CROSSING = Pattern.compile("(event|GET|POST|PUT) `([^`]+)`.*");
  private static final List<SourceFile> MAIN =
      House.sources().stream().filter(source -> !source.test()).toList();

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/from-request-to-run.md"})
  void shouldLeadFromEachClassToTheNext(String document) throws IOException {
    List<String> wrong = new ArrayList<>();
    List<String> lines = arrows(document);
    lines.forEach(line -> follow(line, wrong));

    assertThat(lines).as("lines with arrows").hasSizeGreaterThan(4);
    assertThat(wrong).isEmpty();
  }

  private static List<String> arrows(String document) throws IOException {
    return Files.readAllLines(House.ROOT.resolve(document)).stream()
        .filter(line -> line.startsWith("- ") && line.contains(" -> "))
        .map(line -> line.substring(2))
        .toList();
  }

  private static void follow(String line, List<String> wrong) {
    String[] stops = line.split(" -> ");
    for (int i = 0; i + 1 < stops.length; i++) {
      Matcher crossing = CROSSING.matcher(stops[i + 1]);
      List<String> from = classes(stops[i]);
      if (crossing.matches()) {
        String what = crossing.group(2);
        from.forEach(name -> mustSay(name, what, line, wrong));
        classes(stops[i + 2]).forEach(name -> mustSay(name, what, line, wrong));
        i++;
        continue;
      }
      for (String name : from) {
        for (String to : classes(stops[i + 1])) {
          if (files(to).isEmpty()) {
            wrong.add("no class " + to + ", in: " + line);
          }
          if (!names(name).contains(to)) {
            wrong.add(name + " does not name " + to + ", in: " + line);
          }
        }
      }
    }
  }

  private static void mustSay(String name, String what, String line, List<String> wrong) {
    String word = what.substring(what.lastIndexOf('/') + 1);
    boolean said =
        what.startsWith("/")
            ? files(name).stream().anyMatch(file -> text(file).contains(word))
            : names(name).contains(word);
    if (!said) {
      wrong.add(name + " does not know " + what + ", in: " + line);
    }
  }

  /** The classes of a stop; what stands behind a bracket or a colon is a remark. */
  private static List<String> classes(String stop) {
    List<String> names = new ArrayList<>();
    Matcher name = BACK_TICKS.matcher(stop.split(" \\(|: ")[0]);
    while (name.find()) {
      names.add(name.group(1));
    }
    assertThat(names).as("classes of '%s'", stop).isNotEmpty();
    return names;
  }

  private static Set<String> names(String type) {
    Set<String> names = new HashSet<>();
    files(type).forEach(file -> names.addAll(file.names()));
    return names;
  }

  private static List<SourceFile> files(String type) {
    return MAIN.stream().filter(file -> file.path().endsWith("/" + type + ".java")).toList();
  }

  private static String text(SourceFile file) {
    try {
      return Files.readString(House.ROOT.resolve(file.path()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
