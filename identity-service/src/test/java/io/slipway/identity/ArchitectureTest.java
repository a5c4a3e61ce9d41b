package io.slipway.identity;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Path;
import java.time.Instant;
import java.util.Random;

@AnalyzeClasses(
    packages = "io.slipway.identity",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule decisionsArePure =
      noClasses()
          .that()
          .resideInAPackage("..access..")
          .and()
          .haveSimpleNameNotEndingWith("BuiltInRoles")
          .should()
          .dependOnClassesThat()
          .resideOutsideOfPackages("java.lang..", "java.util..", "io.slipway.identity.access..");

  @ArchTest
  static final ArchRule pureFunctionsKnowNoFramework =
      noClasses()
          .that()
          .haveSimpleName("KeySchedule")
          .or()
          .haveSimpleName("KeyFingerprint")
          .or()
          .haveSimpleName("ArmPath")
          .or()
          .haveSimpleName("RoleFilter")
          .or()
          .haveSimpleName("RegistryRight")
          .or()
          .haveSimpleName("GrantedScopes")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "io.quarkus..", "io.smallrye..", "io.vertx..", "org..");

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

  @ArchTest
  static final ArchRule noOtherServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.slipway.taskapi..", "io.slipway.broker..", "io.slipway.infra..");
}
