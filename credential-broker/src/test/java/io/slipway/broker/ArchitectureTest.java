package io.slipway.broker;

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
import java.time.Instant;
import java.util.Random;

@AnalyzeClasses(
    packages = "io.slipway.broker",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule pureFunctionsKnowNoFramework =
      noClasses()
          .that()
          .haveSimpleName("Challenge")
          .or()
          .haveSimpleName("TokenEndpoint")
          .or()
          .haveSimpleName("RegistryScope")
          .or()
          .haveSimpleName("MissingRight")
          .or()
          .haveSimpleName("LoginServer")
          .or()
          .haveSimpleName("RetryPolicy")
          .or()
          .haveSimpleName("SecretPlace")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "io.quarkus..", "io.smallrye..", "io.vertx..", "org..");

  @ArchTest
  static final ArchRule featuresHaveNoCycles =
      slices().matching("io.slipway.broker.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule oneClientSpeaksHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("..upstream..")
          .should()
          .dependOnClassesThat()
          .haveSimpleName("WebClientOptions");

  @ArchTest
  static final ArchRule onlyTheVaultKnowsKeys =
      noClasses()
          .that()
          .resideOutsideOfPackage("..vault..")
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
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.slipway.taskapi..", "io.slipway.identity..", "io.slipway.infra..");
}
