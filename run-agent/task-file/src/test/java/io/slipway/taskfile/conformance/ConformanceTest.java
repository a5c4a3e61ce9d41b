package io.slipway.taskfile.conformance;

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
 * the project's folder. Who adds a kind adds its group to {@link #GROUPS} and takes the kind out of
 * {@link #PENDING}.
 */
class ConformanceTest {
  private static final List<CheckerGroup> GROUPS =
      List.of(
          new AliasChecks(), //
          new ExecutionChecks(),
          new PlanChecks(),
          new TemplateChecks(),
          new VersionChecks());

  /** Kinds whose checkers are still to be written; at the end there are none. */
  private static final Set<String> PENDING =
      Set.of(
          "build-cmd",
          "build-cmd-cache",
          "build-cmd-replace-context",
          "cmd-image",
          "context-classify",
          "context-subdir",
          "deps-document",
          "deps-log-parse",
          "digest-select",
          "dockerfile-deps",
          "dockerfile-path",
          "git-checkout",
          "git-context-parse",
          "git-fetch-args",
          "git-transport",
          "image-normalize",
          "image-prefix",
          "image-ref",
          "oci-trim",
          "pat-redact",
          "quick-build-task",
          "scan-args",
          "tag-prefix",
          "trim-quotes");

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
    Set<String> pending = new TreeSet<>();
    Map<String, Checker> checkers = checkers();
    Map<String, String> differences = new HashMap<>();
    GROUPS.forEach(group -> differences.putAll(group.differences()));
    for (ConformanceCase c : cases(file)) {
      Checker checker = checkers.get(c.kind());
      if (checker != null) {
        run(c, checker, differences.get(c.id()), reasons, table);
      } else if (PENDING.contains(c.kind())) {
        pending.add(c.kind());
      } else {
        table.failed(c, "there is no checker of this kind");
      }
    }
    System.out.println(table.print());
    System.out.println("conformance: pending kinds " + pending);
    assertThat(table.failures()).as("failed cases, see the table above").isZero();
    assertThat(PENDING).as("kinds that have a checker are no longer pending").isEqualTo(pending);
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
