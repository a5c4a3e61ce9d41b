package io.slipway.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name exists: classes, tests, files, modules. */
class DocsTest {
  /** Two words or more written as one, perhaps with a method: {@code RunLog.append}. */
  private static final Pattern NAME = Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+\\b");

  private static final Pattern BACK_TICKS = Pattern.compile("`([^`\n]+)`");
  private static final Pattern TEST_METHOD = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Names of other projects. */
  private static final Set<String> FOREIGN = Set.of("JavaScript", "GitHub", "PostgreSQL");

  private final Path root =
      Path.of(System.getProperty("slipway.root")).toAbsolutePath().normalize();

  @Test
  void shouldNameOnlyWhatTheSourcesKnow() throws IOException {
    Set<String> known = words();
    assertThat(known).contains("ScheduleRun", "RunQueued").doesNotContain("NoSuch" + "Class");
    List<String> unknown = new ArrayList<>();
    for (Path document : documents()) {
      Matcher ticks = BACK_TICKS.matcher(FENCE.matcher(Files.readString(document)).replaceAll(""));
      while (ticks.find()) {
        Matcher name = NAME.matcher(ticks.group(1));
        while (name.find()) {
          if (!known.contains(name.group()) && !FOREIGN.contains(name.group())) {
            unknown.add(root.relativize(document) + ": " + name.group());
          }
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  @Test
  void shouldNameOnlyTestsThatExist() throws IOException {
    List<Path> tests = files(path -> path.matches(".*/src/test/.*(Test|IT)\\.java"));
    List<String> unknown = new ArrayList<>();
    int found = 0;
    for (Path document : documents()) {
      Matcher method = TEST_METHOD.matcher(Files.readString(document));
      while (method.find()) {
        found++;
        if (!anyHas(tests, method.group(1), method.group(2))) {
          unknown.add(root.relativize(document) + ": " + method.group());
        }
      }
    }
    assertThat(found).isGreaterThan(50);
    assertThat(unknown).isEmpty();
  }

  private static boolean anyHas(List<Path> tests, String type, String method) throws IOException {
    for (Path test : tests) {
      if (test.endsWith(type + ".java") && Files.readString(test).contains(" " + method + "(")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void shouldLinkOnlyToWhatIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path document : documents()) {
      Matcher link = LINK.matcher(FENCE.matcher(Files.readString(document)).replaceAll(""));
      while (link.find()) {
        boolean elsewhere = link.group(1).contains("://") || link.group(1).startsWith("mailto:");
        if (!elsewhere && !Files.exists(document.resolveSibling(link.group(1)))) {
          broken.add(root.relativize(document) + ": " + link.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void shouldIntroduceEachModule() throws IOException {
    List<String> modules = new ArrayList<>();
    Matcher module =
        Pattern.compile("<module>([^<]+)</module>")
            .matcher(Files.readString(root.resolve("pom.xml")));
    while (module.find()) {
      // The jars of the broker are a part of what deploy/infra starts.
      if (!module.group(1).equals("deploy/infra/kafka-server")) {
        modules.add(module.group(1));
      }
    }
    assertThat(modules)
        .hasSizeGreaterThan(10)
        .allSatisfy(name -> assertThat(root.resolve(name).resolve("README.md")).isRegularFile());
  }

  @Test
  void shouldBeCalledByTheCheckThatTheReadmeNames() throws IOException {
    assertThat(Files.readString(root.resolve(".ci/run"))).contains("slipway\" test");
  }

  /** The documents about Slipway; those of the samples are material for builds. */
  private List<Path> documents() throws IOException {
    return files(path -> path.endsWith(".md") && !path.contains("/deploy/demo/samples/"));
  }

  /** All words of the sources, strings and comments included: values of answers are words too. */
  private Set<String> words() throws IOException {
    Set<String> words = new HashSet<>();
    for (Path source :
        files(path -> path.matches(".*\\.(java|sql|json|yaml|yml|proto|properties)"))) {
      Matcher word = WORD.matcher(Files.readString(source));
      while (word.find()) {
        words.add(word.group());
      }
    }
    return words;
  }

  private List<Path> files(Predicate<String> wanted) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> all = Files.walk(root, 16)) {
      all.filter(path -> wanted.test(path.toString()))
          .filter(path -> ours(root.relativize(path).toString()))
          .filter(Files::isRegularFile)
          .forEach(found::add);
    }
    assertThat(found).isNotEmpty();
    return found;
  }

  private static boolean ours(String path) {
    return !path.matches("(.*/)?(target|node_modules|\\.git|\\.slipway|\\.m2)/.*");
  }
}
