package io.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Each part stays small enough to be held in one head: what it does not need does not move in. */
class SizeTest {
  /** ADR 20 says what it should shrink to. */
  @Test
  void shouldKeepTheCoreSmall() {
    holds("core", 636, 57_600, "task-api/contract", "task-api/task-file", "task-api", "run-agent");
  }

  /** ADR 20 says what it should shrink to. */
  @Test
  void shouldKeepTheBuilderSmall() {
    holds("builder", 199, 25_700, "run-agent/builder");
  }

  @Test
  void shouldKeepTheTemplateEngineSmall() {
    holds("go-template", 40, 5_000, "run-agent/go-template");
  }

  @Test
  void shouldKeepTheLocalRegistrySmall() {
    holds("registry", 41, 4_800, "deploy/registry");
  }

  /** Main code alone; every line of every file counts, comments too. */
  private static void holds(String name, int mostFiles, int mostLines, String... modules) {
    List<SourceFile> main =
        List.of(modules).stream()
            .flatMap(module -> House.sources(module).stream())
            .filter(source -> !source.test())
            .toList();
    int lines = main.stream().mapToInt(SourceFile::lines).sum();
    System.out.printf(
        "%s: %d files (at most %d), %d lines (at most %d)%n",
        name, main.size(), mostFiles, lines, mostLines);

    assertThat(main.size()).as("files of " + name).isBetween(1, mostFiles);
    assertThat(lines).as("lines of " + name).isBetween(1, mostLines);
  }
}
