package io.slipway.builder;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.time.Instant;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.junit.jupiter.api.Test;

/** Which package may depend on which. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages("io.slipway.builder");

  /** {@code builder.(*)..} would leave out the root package, which is a slice of its own here. */
  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    slices().matching("io.slipway.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  /** What stands in the door is all that others see, so nothing of the inside shows through it. */
  @Test
  void shouldHaveADoorThatKnowsNothingOfTheInside() {
    noClasses()
        .that()
        .resideInAPackage("io.slipway.builder")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.slipway.builder.*..")
        .check(CLASSES);
  }

  @Test
  void shouldReadConfigurationsAndDockerfilesWithoutInputAndOutput() {
    classes()
        .that()
        .resideInAnyPackage("io.slipway.builder.config", "io.slipway.builder.dockerfile")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                    "java.lang..",
                    "java.util..",
                    "java.time..",
                    "java.nio",
                    "java.nio.charset",
                    "java.security",
                    "java.io",
                    "com.fasterxml.jackson..",
                    "com.google.re2j..",
                    "org.jspecify..",
                    "io.slipway.taskfile..",
                    "io.slipway.builder.config",
                    "io.slipway.builder.dockerfile")
                .or(type(BaseImages.class)))
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage("io.slipway.builder.config", "io.slipway.builder.dockerfile")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.io\\.(File.*|RandomAccessFile)|java\\.time\\.(Clock|InstantSource)")
        .check(CLASSES);
  }

  @Test
  void shouldKeepLayersApartFromStoreAndRegistry() {
    noClasses()
        .that()
        .resideInAPackage("io.slipway.builder.layer")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.slipway.builder.store..", "io.slipway.builder.registry..")
        .check(CLASSES);
  }

  @Test
  void shouldKeepTheStoreApartFromRegistries() {
    noClasses()
        .that()
        .resideInAPackage("io.slipway.builder.store")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.slipway.builder.registry..", "com.google.cloud.tools.jib..", "org.apache.http..")
        .check(CLASSES);
  }

  @Test
  void shouldUseJibForRegistryCallsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.slipway.builder.registry")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.cloud.tools.jib..")
        .check(CLASSES);
  }

  /** Whatever connects for a user does so by connections that the egress policy binds. */
  @Test
  void shouldConnectByCheckedConnectionsOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.slipway.builder.registry", "io.slipway.builder.http")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.http..", "java.net.http..")
        .check(CLASSES);
    noClasses()
        .that()
        .haveNameNotMatching(".*\\.CheckedConnections.*")
        .should()
        .callConstructor(PoolingHttpClientConnectionManager.class)
        .orShould()
        .dependOnClassesThat()
        .haveNameMatching("java\\.net\\.(HttpURLConnection|Socket)")
        .check(CLASSES);
  }

  @Test
  void shouldTakeTheTimeFromAClock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
  }

  @Test
  void shouldPrintNothing() {
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }
}
