package io.slipway.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.slipway.local", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule WHAT_IS_KEPT_KNOWS_NOBODY =
      noClasses()
          .that()
          .resideInAPackage("..state..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "..part..", "..supervisor..", "..door..", "..demo..", "..command..", "..az..");

  @ArchTest
  static final ArchRule NOBODY_KNOWS_THE_COMMANDS =
      noClasses()
          .that()
          .resideOutsideOfPackage("..command..")
          .and()
          .doNotHaveSimpleName("Slipway")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..command..");

  @ArchTest
  static final ArchRule ROUTING_IS_PURE =
      noClasses()
          .that()
          .haveSimpleName("Destination")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..", "java.nio.file..");

  @ArchTest
  static final ArchRule THE_CLOCK_IS_GIVEN = noClasses().should().callMethod(Instant.class, "now");
}
