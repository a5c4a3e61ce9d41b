package io.slipway.identity;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noConstructors;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Random;

@AnalyzeClasses(
    packages = "io.slipway.identity",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /** Decisions, filters and the schedule of keys are functions: they are tested as such. */
  @ArchTest
  static final ArchRule decisionsArePure =
      noClasses()
          .that()
          .resideInAnyPackage("..identity.access..", "..identity.filter..", "..identity.key..")
          .should()
          .dependOnClassesThat(
              not(
                  resideInAnyPackage(
                      "java.lang..",
                      "com.google.re2j..",
                      "java.math..",
                      "java.util..",
                      "java.time..",
                      "java.nio.charset..",
                      "java.security..",
                      "org.jspecify..",
                      "io.slipway.identity.access..",
                      "io.slipway.identity.filter..",
                      "io.slipway.identity.key..",
                      "io.slipway.identity.client..")))
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.time\\.(Clock|InstantSource)|java\\.security\\.SecureRandom");

  @ArchTest
  static final ArchRule featuresHaveNoCycles =
      slices().matching("io.slipway.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callConstructor(Random.class)
          .orShould()
          .callMethod(Math.class, "random");

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
          .beAnnotatedWith(PermitAll.class)
          .orShould()
          .beAnnotatedWith(RolesAllowed.class)
          .orShould()
          .beDeclaredInClassesThat()
          .areAnnotatedWith(RolesAllowed.class);

  /** It has never heard of a build, and calls nobody. */
  @ArchTest
  static final ArchRule noOtherServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.slipway..").and(not(resideInAPackage("io.slipway.identity.."))));

  @ArchTest
  static final ArchRule itCallsNobody =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.slipway.identity.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.net.http..", "io.vertx.ext.web.client..")
          .orShould()
          .dependOnClassesThat()
          .haveSimpleName("ReactiveHttp")
          .orShould()
          .dependOnClassesThat()
          .haveSimpleName("BlockingHttp");

  @ArchTest
  static final ArchRule constructorsAreNarrow = noConstructors().should(haveMoreParametersThan(9));

  private static ArchCondition<JavaConstructor> haveMoreParametersThan(int most) {
    return new ArchCondition<>("have more than " + most + " parameters") {
      @Override
      public void check(JavaConstructor constructor, ConditionEvents events) {
        boolean ofRecord = constructor.getOwner().isRecord();
        if (!ofRecord && constructor.getRawParameterTypes().size() > most) {
          events.add(SimpleConditionEvent.satisfied(constructor, constructor.getFullName()));
        }
      }
    };
  }
}
