package io.slipway.builder.images;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/** What knows what. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.slipway.builder.images");

  @Test
  void configurationsArePure() {
    noClasses()
        .that()
        .resideInAPackage("io.slipway.builder.config")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io.File..",
            "java.nio.file..",
            "java.net..",
            "com.google..",
            "com.sun.jna..",
            "io.slipway.builder.layer..",
            "io.slipway.builder.store..",
            "io.slipway.builder.registry..")
        .check(CLASSES);
  }

  @Test
  void layersKnowNeitherStoreNorRegistry() {
    noClasses()
        .that()
        .resideInAPackage("io.slipway.builder.layer")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.slipway.builder.store..", "io.slipway.builder.registry..")
        .check(CLASSES);
  }

  @Test
  void theStoreKnowsNoRegistry() {
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
  void onlyRegistryCallsUseJib() {
    classes()
        .that()
        .resideOutsideOfPackage("io.slipway.builder.registry")
        .should()
        .onlyDependOnClassesThat()
        .resideOutsideOfPackages("com.google.cloud.tools.jib..", "org.apache.http..")
        .check(CLASSES);
  }

  @Test
  void noCycles() {
    slices().matching("io.slipway.builder.images.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void timeComesFromAClock() {
    noClasses()
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.slipway.builder.registry.RegistryConnections$Builder")
        .should()
        .callMethod(InstantSource.class, "system")
        .check(CLASSES);
  }

  @Test
  void nothingPrints() {
    noClasses().should().accessField(System.class, "out").check(CLASSES);
    noClasses().should().accessField(System.class, "err").check(CLASSES);
  }
}
