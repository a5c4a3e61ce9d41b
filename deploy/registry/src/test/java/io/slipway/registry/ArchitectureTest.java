package io.slipway.registry;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(
    packages = "io.slipway.registry",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.slipway.(**)").should().beFreeOfCycles();

  /** What is on disk does not depend on how it is asked for. */
  @ArchTest
  static final ArchRule theStoreKnowsNoFramework =
      noClasses()
          .that()
          .resideInAPackage("..registry.store..")
          .should()
          .dependOnClassesThat(
              not(
                  resideInAnyPackage(
                      "com.google.re2j..",
                      "java..",
                      "org.jspecify..",
                      "io.slipway.registry.store..")));

  /** Timeouts, trust and the token of its calls are those of the identity client. */
  @ArchTest
  static final ArchRule noOtherClientSpeaksHttp =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "io.vertx.ext.web.client..");

  @ArchTest
  static final ArchRule noServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.slipway..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.slipway.registry..", "io.slipway.identity.client.."))));

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
