package io.slipway.gotemplate;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module stands alone, is pure, small, and has one door. */
@AnalyzeClasses(
    packages = "io.slipway.gotemplate",
    importOptions = GoTemplateArchTest.WithoutTests.class)
class GoTemplateArchTest {
  private static final int MOST_FILES = 40;
  private static final int MOST_LINES = 5_000;
  private static final int LONGEST_FILE = 400;

  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  /** The root package is a part like the others. */
  private static final SliceAssignment PACKAGES =
      new SliceAssignment() {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
          return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
          return "packages, the root included";
        }
      };

  @ArchTest
  static final ArchRule noCycles = slices().assignedFrom(PACKAGES).should().beFreeOfCycles();

  @ArchTest
  static final ArchRule theDoorHasThreeTypes =
      classes()
          .that()
          .resideInAPackage("io.slipway.gotemplate")
          .and()
          .haveModifier(PUBLIC)
          .and()
          .areTopLevelClasses()
          .should()
          .haveSimpleName("RenderTemplate")
          .orShould()
          .haveSimpleName("TemplateSources")
          .orShould()
          .haveSimpleName("TemplateFailure");

  /** Values and text only: no files, no network, no threads, nothing of ours. */
  @ArchTest
  static final ArchRule itIsPure =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.slipway.gotemplate..",
                      "java.lang",
                      "java.lang.invoke",
                      "java.lang.runtime",
                      "java.math",
                      "java.nio.charset",
                      "java.security",
                      "java.time..",
                      "java.util",
                      "java.util.function",
                      "java.util.random",
                      "java.util.stream",
                      "java.util.zip",
                      "com.google.re2j..",
                      "org.apache.commons.text..",
                      "org.jspecify..")
                  .or(
                      belongToAnyOf(
                          ByteArrayOutputStream.class,
                          URI.class,
                          URISyntaxException.class,
                          URLEncoder.class)));

  @ArchTest
  static final ArchRule itHasNoClockRandomnessOrEnvironment =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(Math.class, "random");

  @Test
  void shouldStaySmall() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(Path.of("src/main/java"))) {
      files = all.filter(path -> path.toString().endsWith(".java")).toList();
    }
    int lines = 0;
    for (Path file : files) {
      int count = Files.readAllLines(file).size();
      assertThat(count).as(file.toString()).isLessThanOrEqualTo(LONGEST_FILE);
      lines += count;
    }
    System.out.printf(
        "go-template: %d of %d files, %d of %d lines%n",
        files.size(), MOST_FILES, lines, MOST_LINES);
    assertThat(files).hasSizeBetween(1, MOST_FILES);
    assertThat(lines).isLessThanOrEqualTo(MOST_LINES);
  }
}
