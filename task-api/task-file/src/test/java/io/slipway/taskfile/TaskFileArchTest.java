package io.slipway.taskfile;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The module is pure: what comes from outside comes in as arguments. */
@AnalyzeClasses(
    packages = "io.slipway.taskfile",
    importOptions = ImportOption.DoNotIncludeTests.class)
class TaskFileArchTest {
  @ArchTest
  static final ArchRule NO_FRAMEWORKS =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.smallrye..", "io.quarkus..", "org.apache.kafka..", "jakarta..", "java.sql..");

  @ArchTest
  static final ArchRule NO_FILES_OR_NETWORK =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.nio.file..", "java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.File")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.net.InetAddress");

  @ArchTest
  static final ArchRule NO_CLOCK_RANDOMNESS_OR_ENVIRONMENT =
      noClasses()
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.time.ZonedDateTime.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "getProperty", String.class)
          .orShould()
          .callMethod(java.util.UUID.class, "randomUUID")
          .orShould()
          .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule TEMPLATES_KNOW_NOTHING_OF_PLANS =
      noClasses()
          .that()
          .resideInAnyPackage("..text..", "..template..", "..values..", "..alias..", "..expand..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("..plan..", "..build..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.slipway.taskfile.(*)..").should().beFreeOfCycles();
}
