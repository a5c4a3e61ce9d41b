package io.slipway.identity.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.slipway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  // What never blocks is made of Uni: one HTTP client, and the limit of waiting for anything. The
  // doors for bearer tokens and to the database have packages of their own.
  @ArchTest
  static final ArchRule noFrameworkButOneHttpClientTheTimeLimitAndTheDoors =
      noClasses()
          .that()
          .doNotHaveSimpleName("ReactiveHttp")
          .and()
          .doNotHaveSimpleName("TimeLimit")
          .and()
          .resideOutsideOfPackages("..client.bearer..", "..client.database..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jakarta..", "io.quarkus..", "io.smallrye..", "io.vertx..");

  @ArchTest
  static final ArchRule oneClassSpeaksBlockingHttp =
      noClasses()
          .that()
          .doNotHaveSimpleName("BlockingHttp")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..");

  @ArchTest
  static final ArchRule noServiceIsKnown =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.slipway.taskapi..",
              "io.slipway.broker..",
              "io.slipway.agent..",
              "io.slipway.registry..",
              "io.slipway.builder..",
              "io.slipway.contract..");

  @ArchTest
  static final ArchRule timeIsInjected =
      noClasses()
          .should()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
