package io.slipway.agent.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Runs the cases of {@code ../shared/conformance/cases.json}, which are read where they lie: beside
 * the project's folder. Who adds a kind adds its group to {@link #GROUPS}.
 */
class ConformanceTest {
  private static final List<CheckerGroup> GROUPS =
      List.of(
          new AliasChecks(), //
          new BuildChecks(),
          new ContextChecks(),
          new DependencyChecks(),
          new ExecutionChecks(),
          new PlanChecks(),
          new TemplateChecks(),
          new VersionChecks());

  /** Kinds that need git: run-agent's own test holds them. */
  private static final Set<String> ELSEWHERE =
      Set.of("git-checkout", "git-fetch-args", "git-transport", "pat-redact");

  @Test
  void shouldDoWhatTheOriginalDoesUnlessItDiffersOnPurpose() throws IOException {
    Path root = root();
    Path file = root.resolve("../shared/conformance/cases.json");
    if (!Files.exists(file)) {
      System.out.println("conformance: skipped, there is no ../shared/conformance/cases.json");
      return;
    }
    Set<String> reasons = reasons(root.resolve("docs/compatibility.md"));
    ConformanceTable table = new ConformanceTable();
    int elsewhere = 0;
    Map<String, Checker> checkers = checkers();
    Map<String, String> differences = new HashMap<>();
    GROUPS.forEach(group -> differences.putAll(group.differences()));
    for (ConformanceCase c : cases(file)) {
      Checker checker = checkers.get(c.kind());
      if (checker != null) {
        run(c, checker, differences.get(c.id()), reasons, table);
      } else if (ELSEWHERE.contains(c.kind())) {
        elsewhere++;
      } else {
        table.failed(c, "there is no checker of this kind");
      }
    }
    System.out.println(table.print());
    System.out.println(
        "conformance: %d cases of %s in run-agent's GitConformanceTest"
            .formatted(elsewhere, new TreeSet<>(ELSEWHERE)));
    assertThat(table.failures()).as("failed cases, see the table above").isZero();
  }

  private static void run(
      ConformanceCase c,
      Checker checker,
      String difference,
      Set<String> reasons,
      ConformanceTable table) {
    try {
      checker.check(c);
    } catch (AssertionError | Exception unlike) {
      if (difference == null) {
        table.failed(c, unlike.toString());
      } else if (reasons.contains(difference)) {
        table.differs(c, difference);
      } else {
        table.failed(c, "docs/compatibility.md has no row '" + difference + "'");
      }
      return;
    }
    if (difference == null) {
      table.passed(c);
    } else {
      table.failed(c, "is listed as different but does what the original does");
    }
  }

  private static Map<String, Checker> checkers() {
    Map<String, Checker> checkers = new HashMap<>();
    for (CheckerGroup group : GROUPS) {
      group
          .checkers()
          .forEach((kind, checker) -> {
            assertThat(checkers).as("one checker per kind").doesNotContainKey(kind);
            checkers.put(kind, checker);
          });
    }
    return checkers;
  }

  private static List<ConformanceCase> cases(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    List<ConformanceCase> cases = new ArrayList<>();
    json.forEach(node -> cases.add(ConformanceCase.of(node)));
    assertThat(cases).as("cases").hasSizeGreaterThan(300);
    return cases;
  }

  /** First cells of the rows of the tables. */
  private static Set<String> reasons(Path compatibility) throws IOException {
    Set<String> reasons = new TreeSet<>();
    for (String line : Files.readAllLines(compatibility)) {
      if (line.startsWith("| ")) {
        reasons.add(line.substring(2).split(" \\| ")[0].strip());
      }
    }
    return reasons;
  }

  /** The project's folder: the one that the build names, or the first above with the script. */
  static Path root() {
    String named = System.getProperty("slipway.root", "");
    Path at = Path.of(named.isEmpty() ? "" : named).toAbsolutePath();
    while (at.getParent() != null && !Files.exists(at.resolve("docs/compatibility.md"))) {
      at = at.getParent();
    }
    return at;
  }
}
