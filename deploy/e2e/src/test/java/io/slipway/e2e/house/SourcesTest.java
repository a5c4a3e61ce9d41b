package io.slipway.e2e.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Rules that each Java file keeps by itself. */
class SourcesTest {
  private static final int MOST_LINES = 400;
  private static final int MOST_PARAMETERS = 9;
  private static final int MOST_COMPONENTS = 12;

  private static final List<SourceFile> SOURCES = House.sources();

  @Test
  void shouldReadTheWholeHouse() {
    assertThat(SOURCES).hasSizeGreaterThan(1000);
    assertThat(SOURCES.stream().filter(SourceFile::test)).hasSizeGreaterThan(200);
    assertThat(SOURCES.stream().flatMap(source -> source.records().stream()))
        .anySatisfy(size -> assertThat(size.size()).isGreaterThan(MOST_PARAMETERS));
  }

  @Test
  void shouldHaveNoFileOfMoreThan400Lines() {
    assertThat(offenders(source -> source.lines() > MOST_LINES, SourceFile::lines)).isEmpty();
  }

  @Test
  void shouldImportWhatItNames() {
    List<String> offenders = new ArrayList<>();
    for (SourceFile source : SOURCES) {
      source
          .qualifiedNames()
          .forEach(name -> offenders.add(source.path() + ":" + name.line() + " " + name.name()));
    }
    assertThat(offenders).isEmpty();
  }

  @Test
  void shouldHaveConstructorsOfAtMost9Parameters() {
    List<String> offenders = new ArrayList<>();
    for (SourceFile source : SOURCES) {
      source.constructors().stream()
          .filter(constructor -> constructor.size() > MOST_PARAMETERS)
          .forEach(wide -> offenders.add(source.path() + " " + wide.type() + " " + wide.size()));
    }
    assertThat(offenders).isEmpty();
  }

  /** A form that others read is as wide as what it says. */
  @Test
  void shouldHaveRecordsOfAtMost12ComponentsButForWireFormats() {
    List<String> offenders = new ArrayList<>();
    for (SourceFile source : SOURCES) {
      source.records().stream()
          .filter(type -> type.size() > MOST_COMPONENTS && !isWireFormat(source, type.type()))
          .forEach(wide -> offenders.add(source.path() + " " + wide.type() + " " + wide.size()));
    }
    assertThat(offenders).isEmpty();
  }

  /** The messages between services, and the resources that ARM answers with. */
  private static boolean isWireFormat(SourceFile source, String type) {
    return source.module().equals("task-api/contract")
        || List.of(type.split("\\.")).getFirst().endsWith("View");
  }

  private static List<String> offenders(
      Predicate<SourceFile> wrong, Function<SourceFile, Object> why) {
    return SOURCES.stream().filter(wrong).map(s -> s.path() + " " + why.apply(s)).toList();
  }
}
