package io.slipway.taskfile;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.UUID;

/** The module is pure: what comes from outside comes in as arguments, or by an interface. */
@AnalyzeClasses(
    packages = "io.slipway.taskfile",
    importOptions = TaskFileArchTest.WithoutTests.class)
class TaskFileArchTest {
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
  static final ArchRule packagesHaveNoCycles =
      slices().assignedFrom(PACKAGES).should().beFreeOfCycles();

  /** Text, values, YAML, and the door of the template engine; no files, network, threads. */
  @ArchTest
  static final ArchRule itIsPure =
      classes()
          .should()
          .onlyDependOnClassesThat(
              resideInAnyPackage(
                      "io.slipway.taskfile..",
                      "io.slipway.gotemplate",
                      "java.lang",
                      "java.lang.invoke",
                      "java.lang.runtime",
                      "java.math",
                      "java.nio.charset",
                      "java.time",
                      "java.util",
                      "java.util.function",
                      "com.google.re2j",
                      "java.util.stream",
                      "org.apache.commons.text..",
                      "org.jspecify..",
                      "org.yaml.snakeyaml..")
                  .or(
                      belongToAnyOf(
                          IOException.class,
                          Reader.class,
                          StringReader.class,
                          URI.class,
                          URISyntaxException.class,
                          URLDecoder.class)));

  @ArchTest
  static final ArchRule itHasNoClockRandomnessOrEnvironment =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule templatesKnowNothingOfPlans =
      noClasses()
          .that()
          .resideInAnyPackage("..text..", "..values..", "..alias..", "..expand..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..plan..", "..read..", "..build..", "..quickbuild..");
}
