package io.slipway.broker;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.net.URL;
import java.time.Instant;
import java.util.Random;

@AnalyzeClasses(
    packages = "io.slipway.broker",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Whom an identity's token may be shown to, and how a refusal reads, are tested as functions. */
  @ArchTest
  static final ArchRule rulesArePure =
      noClasses()
          .that()
          .resideInAPackage("..broker.rule..")
          .should()
          .dependOnClassesThat(
              not(
                  resideInAnyPackage(
                          "com.google.re2j..",
                          "java.lang..",
                          "java.util..",
                          "java.net",
                          "org.jspecify..",
                          "io.slipway.broker.rule..",
                          "io.slipway.identity.client..")
                      .or(type(BrokerException.class))));

  @ArchTest
  static final ArchRule featuresHaveNoCycles =
      slices().matching("io.slipway.(**)").should().beFreeOfCycles();

  /** Timeouts, trust and retries are those of {@code ReactiveHttp}. */
  @ArchTest
  static final ArchRule noOtherClientSpeaksHttp =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveSimpleName("WebClientOptions")
          .orShould()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "org.apache.http..")
          .orShould()
          .callMethod(URL.class, "openConnection")
          .orShould()
          .callMethod(URL.class, "openStream");

  @ArchTest
  static final ArchRule onlySealingKnowsKeys =
      noClasses()
          .that()
          .resideOutsideOfPackage("..sealing..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.google.crypto.tink..");

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callConstructor(Random.class);

  @ArchTest
  static final ArchRule endpointsAreResources =
      classes().that().areAnnotatedWith(Path.class).should().haveSimpleNameEndingWith("Resource");

  @ArchTest
  static final ArchRule resourcesAreGuarded =
      methods()
          .that()
          .arePublic()
          .and()
          .areDeclaredInClassesThat()
          .areAnnotatedWith(Path.class)
          .should()
          .beAnnotatedWith(RolesAllowed.class)
          .orShould()
          .beDeclaredInClassesThat()
          .areAnnotatedWith(RolesAllowed.class);

  @ArchTest
  static final ArchRule noOtherServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.slipway..")
                  .and(
                      not(
                          resideInAnyPackage(
                              "io.slipway.broker..", "io.slipway.identity.client.."))));
}
